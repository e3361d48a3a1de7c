// What was typed and not saved stays in this tab, so that a session that ends loses nothing. The resident ID is never kept.
// It is given back while the server still has the version that it was typed on, and forgotten once something newer is saved.

const FIRST = "/apply/form"; // the form before its first save
const NEVER = ["csrf", "version", "handler_id"];

const form = document.querySelector("form[data-keep]");
const read = (key) => JSON.parse(sessionStorage.getItem(key) ?? "null");

function typed() {
	return [...form.elements].filter((input) => input.name && input.type !== "submit" && !NEVER.includes(input.name));
}

function restore(kept) {
	const lost = typed().filter((input) => kept.values[input.name] !== undefined && kept.values[input.name] !== input.value);
	for (const input of lost) {
		input.value = kept.values[input.name];
		input.dispatchEvent(new Event("input"));
	}
	document.getElementById("restored").hidden = lost.length === 0;
}

function begin() {
	const key = new URL(form.action).pathname;
	const version = form.elements.version.value;
	const kept = read(key);
	if (key !== FIRST)
		sessionStorage.removeItem(FIRST);
	if (kept !== null && kept.version === version)
		restore(kept);
	else
		sessionStorage.removeItem(key);
	form.addEventListener("input", () => {
		const values = Object.fromEntries(typed().map((input) => [input.name, input.value]));
		sessionStorage.setItem(key, JSON.stringify({ version, values }));
	});
}

if (form !== null)
	begin();
else
	sessionStorage.removeItem(FIRST); // the page that tells the number
