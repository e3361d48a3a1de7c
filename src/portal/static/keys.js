// The list of certificate keys on a page: alive by itself when a key comes or goes, and says what is missing when there is none.

import * as agent from "{{static agent.js}}";
import { explain, part, word } from "{{static words.js}}";

const AGAIN_MS = [500, 1000, 2000, 4000]; // then every four seconds

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// A page that nobody sees listens to nothing: a browser has few connections to one host for all its tabs.
const shown = () => new Promise((resolve) => {
	const look = () => {
		if (document.hidden)
			return;
		document.removeEventListener("visibilitychange", look);
		resolve();
	};
	document.addEventListener("visibilitychange", look);
	look();
});
function untilHidden() {
	const stop = new AbortController();
	document.addEventListener("visibilitychange", () => stop.abort(), { once: true });
	return stop.signal;
}
const day = (seconds) => Math.floor((seconds + 28800) / 86400); // the service's calendar, Asia/Shanghai

function daysLeft(certificate, now) {
	const left = day(certificate.notafter) - day(now);
	if (now > certificate.notafter)
		return { text: word("expired"), tone: "black" };
	const tone = left <= 7 ? "red" : left <= 30 ? "amber" : "grey";
	return { text: left === 0 ? word("last-day") : word("days", { days: left }), tone };
}

function pinWords(pin) {
	if (pin.state === "blocked" || pin.state === "busy")
		return word(`pin-${pin.state}`);
	return word(pin.state === "initial" ? "pin-initial" : "pin-tries", { tries: pin.tries, max: pin.max });
}

// The rows of one key: a row per certificate for "certificate" (only the one with the serial, if any is given), else one for the key.
function rowsOf(key, want, serial) {
	const pin = pinWords(key.pin);
	if (want !== "certificate" || key.pin.state === "busy")
		return [{ key, container: null, title: key.label || key.key, detail: key.key, pin, left: null }];
	return key.containers.filter((c) => c.sign && (!serial || c.sign.serial === serial)).map((container) => ({
		key, container, title: container.sign.name, detail: key.key, pin, left: container.sign,
	}));
}

// A renewed key has several certificates: the one that is good for longest comes first, one that has expired last.
const lasting = (a, b) => (b.left?.notafter ?? 0) - (a.left?.notafter ?? 0);

// On a page that only watches, a key is nothing to click.
function still(button, row, mark) {
	const place = document.createElement("div");
	place.className = mark(row) ? "key this" : "key";
	place.append(...button.childNodes);
	button.replaceWith(place);
}

function draw(list, rows, now, { picked, onPick, mark }) {
	list.replaceChildren(...rows.map((row) => {
		const node = part("key-row", row);
		const button = node.querySelector("button");
		const badge = node.querySelector("[data-badge]");
		if (row.left) {
			const left = daysLeft(row.left, now);
			badge.textContent = left.text;
			badge.classList.add(left.tone);
		} else {
			badge.remove();
		}
		if (!onPick) {
			still(button, row, mark);
			return node;
		}
		button.setAttribute("aria-pressed", String(picked(row)));
		button.disabled = row.key.pin.state === "blocked" || row.key.pin.state === "busy";
		button.addEventListener("click", () => onPick(row));
		return node;
	}));
}

// place: an element with data-want "certificate", "key" or "watch", holding [data-say] and [data-list].
// onPick(row) is called for a click, onChange(rows) after each new list; mark(row) tells the key that a watching page looks for.
export function watchKeys(place, { onPick = null, onChange = () => {}, mark = () => false }) {
	const say = place.querySelector("[data-say]");
	const list = place.querySelector("[data-list]");
	const want = place.dataset.want;
	const behind = Number(place.dataset.now) - Date.now() / 1000; // the server's clock counts
	let chosen = null;
	let rows = [];
	let drawn = ""; // the keys as they stand in the list
	const same = (row) => chosen !== null && row.key.key === chosen.key.key && row.container?.container === chosen.container?.container;

	function tell(text, state) {
		if (say.textContent !== text)
			say.textContent = text;
		place.dataset.state = state;
		for (const mend of place.querySelectorAll("[data-mend]"))
			mend.hidden = !mend.dataset.mend.split(" ").includes(state);
	}
	function pick(row) {
		chosen = row;
		for (const button of list.querySelectorAll("button"))
			button.setAttribute("aria-pressed", "false");
		list.children[rows.findIndex(same)]?.querySelector("button").setAttribute("aria-pressed", "true");
		use(row);
	}
	// The PIN's tries may be others after a window.
	async function use(row) {
		await onPick(row);
		await refresh().catch(() => {}); // the list's own watch tells what is wrong
	}
	async function refresh() {
		const found = await agent.keys();
		rows = found.flatMap((key) => rowsOf(key, want, place.dataset.serial)).sort(lasting);
		if (!rows.some(same))
			chosen = null;
		if (drawn !== JSON.stringify(found))
			draw(list, rows, Date.now() / 1000 + behind, { picked: same, onPick: onPick && pick, mark });
		drawn = JSON.stringify(found); // drawing anew what is there would take the focus away
		if (rows.length > 0)
			tell(word("pick-" + want), "keys");
		else if (place.dataset.serial)
			tell(word("other-certificate"), "no-key");
		else
			tell(word(found.length > 0 ? "no-certificate" : "no-key"), found.length > 0 ? "no-certificate" : "no-key");
		onChange(rows);
	}
	function lost(error) {
		list.replaceChildren();
		drawn = "";
		onChange([]);
		tell(explain(error), error.code);
	}
	// The browser's question is explained before it comes.
	async function ask() {
		if (place.dataset.asks === undefined || (await agent.leave()) !== "prompt")
			return;
		tell(word("ask"), "ask");
		await new Promise((resolve) => place.querySelector("[data-go]").addEventListener("click", resolve, { once: true }));
		tell(word("connecting"), "connecting");
	}
	async function run() {
		await ask();
		for (let tries = 0; ; tries++) {
			await shown();
			const hidden = untilHidden();
			try {
				await agent.find();
				await refresh();
				tries = 0;
				await agent.listen(() => refresh().catch(lost), hidden);
			} catch (error) {
				if (!hidden.aborted)
					lost(error);
			}
			await wait(AGAIN_MS[Math.min(tries, AGAIN_MS.length - 1)]);
		}
	}
	run();
	return { refresh: () => refresh().catch(lost) };
}
