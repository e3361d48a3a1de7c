// Requests to the portal itself from a script: the session's token goes in a header.

const token = document.querySelector('meta[name="csrf"]')?.content ?? "";

export const headers = (more = {}) => ({ Accept: "application/json", "X-Hufu-Csrf": token, ...more });

// A refusal as {code, text}, for words.explain.
export class PortalError extends Error {
	constructor(told) {
		super(told.text || told.code);
		this.code = told.code;
		this.text = told.text ?? "";
	}
}

export async function post(path, body = {}) {
	const response = await fetch(path, {
		method: "POST",
		headers: headers({ "Content-Type": "application/json" }),
		body: JSON.stringify(body),
		cache: "no-store",
	});
	const told = await response.json().catch(() => ({ code: "fault" }));
	if (!response.ok)
		throw new PortalError(told);
	return told;
}
