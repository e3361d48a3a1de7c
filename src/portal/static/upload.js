// Papers go up as soon as they are chosen, piece by piece, and go on after a cut from where the server stands.
// POST creates, PATCH adds at an offset, HEAD tells the offset, DELETE removes: in the manner of tus 1.0.0.

import { headers } from "{{static portal.js}}";
import { explain, grouped, part, size, word } from "{{static words.js}}";

const PIECE = 1048576;
const AGAIN_MS = [500, 1000, 2000, 5000, 10000, 20000]; // then the person says when

const place = document.getElementById("papers");
const list = place.querySelector(".papers");
const limit = Number(place.dataset.max);
const most = Number(place.dataset.most);
const waiting = []; // papers not begun: one goes up at a time
let running = false;

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// The line broke, or the server cannot now and told why: go on later.
class Cut extends Error {
	constructor(told = null) {
		super();
		this.told = told;
	}
}

// The person took the paper away while it went up.
class Removed extends Error {}

// Sends with progress (fetch has none for what goes up), until signal ends it.
function send(method, url, more, { body = null, onProgress = null, signal = null } = {}) {
	return new Promise((resolve, reject) => {
		const request = new XMLHttpRequest();
		if (signal?.aborted)
			throw new Removed();
		request.open(method, url);
		for (const [name, value] of Object.entries(headers(more)))
			request.setRequestHeader(name, value);
		request.timeout = 120000;
		request.onload = () => resolve(request);
		request.onerror = request.ontimeout = () => reject(new Cut());
		request.onabort = () => reject(new Removed());
		signal?.addEventListener("abort", () => request.abort(), { once: true });
		if (onProgress)
			request.upload.onprogress = (event) => onProgress(event.loaded);
		request.send(body);
	});
}

function refusal(request) {
	let told = null;
	try {
		const { code, text } = JSON.parse(request.responseText);
		told = { code, text };
	} catch {
		// a front's own answer
	}
	return request.status >= 500 ? new Cut(told) : (told ?? { code: "fault" });
}

const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

// What the server has of a file is a part of this very file when it has not changed since.
const partKey = (url) => `part ${url}`;
const stamp = (file) => String(file.lastModified);

async function create({ file, signal }) {
	const request = await send("POST", place.dataset.url, {
		"Upload-Length": String(file.size),
		"Upload-Metadata": `filename ${base64(file.name)}`,
	}, { signal });
	if (request.status !== 201)
		throw refusal(request);
	const url = request.getResponseHeader("Location");
	localStorage.setItem(partKey(url), stamp(file));
	return url;
}

// How much the server has, and the hash once the paper is whole.
const stand = (request) => ({
	offset: Number(request.getResponseHeader("Upload-Offset")),
	hash: request.getResponseHeader("Upload-Hash") ?? "",
});

async function standOf(url, signal) {
	const request = await send("HEAD", url, {}, { signal });
	if (request.status === 404)
		throw { code: "HF-6005" };
	if (request.status !== 200)
		throw refusal(request);
	return stand(request);
}

// One piece; where the server stands elsewhere, it says where.
async function add(url, { file, signal }, offset, onProgress) {
	const body = await file.slice(offset, offset + PIECE).arrayBuffer().catch(() => {
		throw { code: "file-changed" };
	});
	const request = await send("PATCH", url, {
		"Content-Type": "application/offset+octet-stream",
		"Upload-Offset": String(offset),
	}, { body, onProgress, signal });
	if (request.status === 409)
		return standOf(url, signal);
	if (request.status !== 204)
		throw refusal(request);
	return stand(request);
}

// A file on its way with its row in the list, which takes the place of another one.
function paperOf(file, instead = null) {
	const node = part("paper-row", { name: file.name });
	const stop = new AbortController();
	const paper = { file, node, signal: stop.signal };
	if (instead)
		instead.replaceWith(node);
	else
		list.append(node);
	removable(node, () => stop.abort());
	node.querySelector("[data-again]").addEventListener("click", () => {
		resting(node, false);
		put(paper);
	});
	return paper;
}

// loud: worth a word to somebody who does not see it.
function say(node, text, loud = true) {
	const state = node.querySelector("[data-fill=state]");
	state.setAttribute("aria-live", loud ? "polite" : "off");
	state.textContent = text;
}

function show({ node, file }, sent) {
	node.querySelector("progress").value = file.size ? sent / file.size : 0;
	say(node, word("sent", { sent: size(sent), size: size(file.size) }), false);
}

function done({ node, file }, hash) {
	localStorage.removeItem(partKey(node.dataset.url));
	node.querySelector("progress").remove();
	say(node, size(file.size));
	node.querySelector("[data-fill=hash]").textContent = `SM3 ${grouped(hash)}`;
	count();
}

function failed(node, error) {
	node.querySelector("progress").remove();
	node.querySelector("[data-fill=state]").classList.add("fault");
	say(node, explain(error));
}

// Rests after too many cuts: what the server has stays there, and the person says when it goes on.
function resting(node, rests) {
	node.querySelector("[data-fill=state]").classList.toggle("fault", rests);
	node.querySelector("[data-again]").hidden = !rests;
}

// Until the paper is whole; onPiece after each piece.
async function bring(paper, onPiece) {
	const { node, file, signal } = paper;

	node.dataset.url ??= await create(paper);
	let at = await standOf(node.dataset.url, signal);
	while (at.offset < file.size) {
		const { offset } = at;
		at = await add(node.dataset.url, paper, offset, (sent) => show(paper, offset + sent));
		show(paper, at.offset);
		onPiece();
	}
	done(paper, at.hash);
}

async function upload(paper) {
	for (let tries = 0; !paper.signal.aborted; tries++) {
		try {
			await bring(paper, () => {
				tries = 0;
			});
			return;
		} catch (error) {
			if (error instanceof Removed)
				return;
			if (!(error instanceof Cut)) {
				failed(paper.node, error);
				return;
			}
			const told = error.told ? explain(error.told) : word("waiting-line");
			if (tries === AGAIN_MS.length) {
				resting(paper.node, true);
				say(paper.node, error.told ? told : word("stopped"));
				return;
			}
			say(paper.node, told);
			await wait(AGAIN_MS[tries]);
		}
	}
}

function unfit(file) {
	if (file.size === 0)
		return { code: "HF-6001" };
	if (file.size > limit)
		return { code: "HF-6002" };
	return !/\.(pdf|jpe?g|png)$/i.test(file.name) ? { code: "HF-6003" } : null;
}

async function put(paper) {
	waiting.push(paper);
	if (running)
		return;
	running = true;
	while (waiting.length > 0)
		await upload(waiting.shift());
	running = false;
}

// A part of a file of this name and size may be on the server from before a cut: it goes on when it is of this very file, else it gives way.
async function take(file) {
	const cut = [...list.querySelectorAll("li[data-part-size]")]
		.find((li) => li.dataset.partName === file.name && Number(li.dataset.partSize) === file.size);
	const url = cut?.dataset.url;
	const full = !cut && list.querySelectorAll("li[data-url], li:not(:has(.fault))").length >= most;
	const error = full ? { code: "HF-6006" } : unfit(file);
	const paper = paperOf(file, cut);

	if (error) {
		failed(paper.node, error);
		return;
	}
	if (url)
		paper.node.dataset.url = url;
	if (url && localStorage.getItem(partKey(url)) !== stamp(file)) {
		if (!(await discard(paper.node)))
			return;
		delete paper.node.dataset.url;
	}
	put(paper);
}

function count() {
	document.getElementById("none-yet").hidden = [...list.querySelectorAll(".hash")].some((hash) => hash.textContent !== "");
}

// Whether the server has it no more; the row tells why not.
async function discard(node) {
	const { url } = node.dataset;
	const request = await send("DELETE", url, {}).catch(() => null);

	if (request === null || (request.status !== 204 && request.status !== 404)) {
		const error = request ? refusal(request) : null;
		say(node, explain(error?.told ?? (error?.code ? error : { code: "absent-server" })));
		return false;
	}
	localStorage.removeItem(partKey(url));
	return true;
}

async function remove(node) {
	if (node.dataset.url && !(await discard(node)))
		return;
	node.remove();
	count();
	drop.querySelector("input[type=file]").focus();
}

// stop: ends what goes up.
function removable(node, stop = () => {}) {
	node.querySelector("[data-remove]").addEventListener("click", (event) => {
		event.preventDefault();
		if (node.dataset.url && !confirm(word("sure", { name: node.querySelector("b").textContent })))
			return;
		stop();
		remove(node);
	});
}

const drop = place.querySelector(".drop");
const input = drop.querySelector("input[type=file]");
drop.querySelector("[type=submit]").hidden = true;
input.multiple = true;
input.classList.add("unseen"); // its label is the button
input.addEventListener("change", () => {
	[...input.files].forEach(take);
	input.value = "";
});
for (const name of ["dragenter", "dragover", "dragleave", "drop"])
	drop.addEventListener(name, (event) => {
		event.preventDefault();
		drop.classList.toggle("over", name === "dragenter" || name === "dragover");
	});
drop.addEventListener("drop", (event) => [...event.dataTransfer.files].forEach(take));
list.querySelectorAll("li").forEach((node) => removable(node));
addEventListener("beforeunload", (event) => {
	if (running)
		event.preventDefault();
});
