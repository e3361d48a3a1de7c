// The page's door to the agent on this machine: finds its port, asks with a time limit, tells errors apart by code.
// doc/protocol/agent.md

const PORTS = [21871, 21872, 21873];
const FIND_MS = 1500;
const ASK_MS = 15000;

export class AgentError extends Error {
	// code: HF-nnnn of the agent, or "absent", "blocked", "time" for what keeps the page from reaching it.
	constructor(code, text = "", tries = null) {
		super(text || code);
		this.code = code;
		this.text = text;
		this.tries = tries;
	}
}

let base = null; // where the agent answered last

function request(url, body, signal) {
	const headers = { "X-Hufu-Agent": "1", "Accept-Language": document.documentElement.lang };
	if (body !== undefined)
		headers["Content-Type"] = "application/json";
	return fetch(url, {
		method: body === undefined ? "GET" : "POST",
		headers,
		body: body === undefined ? undefined : JSON.stringify(body),
		cache: "no-store",
		credentials: "omit",
		referrerPolicy: "no-referrer",
		signal,
	});
}

// Chromium lets a public page reach loopback only with the person's leave: "granted", "denied", "prompt"; "" where nobody asks.
export async function leave() {
	for (const name of ["loopback-network", "local-network-access"]) {
		try {
			return (await navigator.permissions.query({ name })).state;
		} catch {
			// this browser does not know the name
		}
	}
	return "";
}

async function refusal(response) {
	const told = await response.json().catch(() => ({}));
	return new AgentError(told.code ?? "absent", told.text ?? "", told.tries ?? null);
}

// Looks for the agent on its ports; what answers without being the agent is passed over.
export async function find() {
	let refused = null;
	for (const port of PORTS) {
		const url = `http://127.0.0.1:${port}`;
		try {
			const response = await request(`${url}/v1/status`, undefined, AbortSignal.timeout(FIND_MS));
			if (response.ok) {
				const status = await response.json();
				base = url;
				return status;
			}
			const error = await refusal(response);
			if (error.code.startsWith("HF-"))
				refused = error;
		} catch {
			// nobody there, or not an agent
		}
	}
	base = null;
	throw refused ?? new AgentError((await leave()) === "denied" ? "blocked" : "absent");
}

// Ended by signal: after a time, or by the person for what opens windows, which have limits of their own.
async function ask(route, body, signal = AbortSignal.timeout(ASK_MS)) {
	if (base === null)
		await find();
	let response;
	try {
		response = await request(base + route, body, signal);
	} catch (error) {
		if (error.name === "AbortError")
			throw new AgentError("cancelled");
		base = null;
		throw new AgentError(error.name === "TimeoutError" ? "time" : "absent");
	}
	if (!response.ok)
		throw await refusal(response);
	return response.json();
}

export const keys = async () => (await ask("/v1/keys", {})).keys;
export const makeKey = (key, signal) => ask("/v1/enroll/key", { key }, signal);
export const install = (what, signal) => ask("/v1/enroll/install", what, signal);
export const signLogin = (what, signal) => ask("/v1/sign/login", what, signal);
export const signOrder = (what, signal) => ask("/v1/sign/order", what, signal);
export const changePin = (key, signal) => ask("/v1/pin/change", { key }, signal);
export const checkReceipt = (what) => ask("/v1/receipt", what);

// Reads the stream of events until it breaks; calls onKeys when it begins (what came or went before is not told) and each time a key
// came or went.
export async function listen(onKeys, signal) {
	if (base === null)
		await find();
	const response = await request(`${base}/v1/events`, {}, signal);
	if (!response.ok)
		throw await refusal(response);
	const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
	let rest = "";
	let begun = false;
	for (;;) {
		const { value, done } = await reader.read();
		if (done)
			return;
		const lines = (rest + value).split("\n");
		rest = lines.pop();
		for (const line of lines.filter(Boolean)) {
			if (!begun || JSON.parse(line).event === "keys")
				onKeys();
			begun = true;
		}
	}
}
