// Papers go up as soon as they are chosen, piece by piece, and go on after a cut from where the server stands.
// POST creates, PATCH adds at an offset, HEAD tells the offset, DELETE removes: in the manner of tus 1.0.0.

import { headers } from "{{static portal.js}}";
import { explain, grouped, part, size, word } from "{{static words.js}}";

const PIECE = 1048576;
const AGAIN_MS = [500, 1000, 2000, 5000, 10000];

const place = document.getElementById("papers");
const list = place.querySelector(".papers");
const limit = Number(place.dataset.max);
const most = Number(place.dataset.most);
const waiting = []; // files not begun: one goes up at a time
let running = false;

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// The line broke, or the server cannot now and told why: go on later.
class Cut extends Error {
	constructor(told = null) {
		super();
		this.told = told;
	}
}

// Sends with progress (fetch has none for what goes up).
function send(method, url, more, body = null, onProgress = null) {
	return new Promise((resolve, reject) => {
		const request = new XMLHttpRequest();
		request.open(method, url);
		for (const [name, value] of Object.entries(headers(more)))
			request.setRequestHeader(name, value);
		request.timeout = 120000;
		request.onload = () => resolve(request);
		request.onerror = request.ontimeout = () => reject(new Cut());
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

async function create(file) {
	const request = await send("POST", place.dataset.url, {
		"Upload-Length": String(file.size),
		"Upload-Metadata": `filename ${base64(file.name)}`,
	});
	if (request.status !== 201)
		throw refusal(request);
	return request.getResponseHeader("Location");
}

// How much the server has, and the hash once the paper is whole.
const stand = (request) => ({
	offset: Number(request.getResponseHeader("Upload-Offset")),
	hash: request.getResponseHeader("Upload-Hash") ?? "",
});

async function standOf(url) {
	const request = await send("HEAD", url, {});
	if (request.status === 404)
		throw { code: "HF-6005" };
	if (request.status !== 200)
		throw refusal(request);
	return stand(request);
}

// One piece; where the server stands elsewhere, it says where.
async function add(url, file, offset, onProgress) {
	const piece = await file.slice(offset, offset + PIECE).arrayBuffer().catch(() => {
		throw { code: "file-changed" };
	});
	const request = await send("PATCH", url, {
		"Content-Type": "application/offset+octet-stream",
		"Upload-Offset": String(offset),
	}, piece, onProgress);
	if (request.status === 409)
		return standOf(url);
	if (request.status !== 204)
		throw refusal(request);
	return stand(request);
}

function row(file, resumed) {
	const found = resumed && [...list.children].find((li) => li.dataset.url === resumed);
	const node = part("paper-row", { name: file.name });
	if (found)
		found.replaceWith(node);
	else
		list.append(node);
	return node;
}

const say = (node, text) => {
	node.querySelector("[data-fill=state]").textContent = text;
};

function show(node, sent, file) {
	node.querySelector("progress").value = file.size ? sent / file.size : 0;
	say(node, word("sent", { sent: size(sent), size: size(file.size) }));
}

function done(node, url, file, hash) {
	node.dataset.url = url;
	node.querySelector("progress").remove();
	say(node, size(file.size));
	node.querySelector("[data-fill=hash]").textContent = `SM3 ${grouped(hash)}`;
	removable(node);
	count();
}

function failed(node, error) {
	node.querySelector("progress").remove();
	const state = node.querySelector("[data-fill=state]");
	state.textContent = explain(error);
	state.classList.add("fault");
	removable(node);
}

async function upload(file, resumed) {
	const node = row(file, resumed);
	let url = resumed;
	for (let tries = 0; ; tries++) {
		try {
			url ??= await create(file);
			let at = await standOf(url);
			while (at.offset < file.size) {
				const { offset } = at;
				at = await add(url, file, offset, (sent) => show(node, offset + sent, file));
				tries = 0;
				show(node, at.offset, file);
			}
			done(node, url, file, at.hash);
			return;
		} catch (error) {
			if (!(error instanceof Cut)) {
				failed(node, error);
				return;
			}
			say(node, error.told ? explain(error.told) : word("waiting-line"));
			await wait(AGAIN_MS[Math.min(tries, AGAIN_MS.length - 1)]);
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

// A part of the same file may be on the server from before a cut.
const partOf = (file) => [...list.querySelectorAll("li[data-part-size]")]
	.find((li) => li.dataset.partName === file.name && Number(li.dataset.partSize) === file.size)?.dataset.url;

async function take(files) {
	waiting.push(...files);
	if (running)
		return;
	running = true;
	while (waiting.length > 0) {
		const file = waiting.shift();
		const error = list.querySelectorAll("li:not(:has(.fault))").length >= most ? { code: "HF-6006" } : unfit(file);
		if (error)
			failed(row(file, null), error);
		else
			await upload(file, partOf(file));
	}
	running = false;
}

function count() {
	const whole = list.querySelectorAll("li[data-url]:not([data-part-size])").length;
	document.getElementById("none-yet").hidden = whole > 0;
}

async function remove(node) {
	if (node.dataset.url) {
		const request = await send("DELETE", node.dataset.url, {}).catch(() => null);
		if (request === null || (request.status !== 204 && request.status !== 404)) {
			const error = request ? refusal(request) : null;
			say(node, explain(error?.told ?? (error?.code ? error : { code: "absent-server" })));
			return;
		}
	}
	node.remove();
	count();
	drop.querySelector("input[type=file]").focus();
}

function removable(node) {
	const button = node.querySelector("[data-remove]");
	button.hidden = false;
	button.addEventListener("click", (event) => {
		event.preventDefault();
		if (!node.dataset.url || confirm(word("sure", { name: node.querySelector("b").textContent })))
			remove(node);
	});
}

const drop = place.querySelector(".drop");
const input = drop.querySelector("input[type=file]");
drop.querySelector("[type=submit]").hidden = true;
input.multiple = true;
input.classList.add("unseen"); // its label is the button
input.addEventListener("change", () => {
	take([...input.files]);
	input.value = "";
});
for (const name of ["dragenter", "dragover", "dragleave", "drop"])
	drop.addEventListener(name, (event) => {
		event.preventDefault();
		drop.classList.toggle("over", name === "dragenter" || name === "dragover");
	});
drop.addEventListener("drop", (event) => take([...event.dataTransfer.files]));
list.querySelectorAll("li").forEach(removable);
addEventListener("beforeunload", (event) => {
	if (running)
		event.preventDefault();
});
