// Words that scripts put on the page stand in the page, in <template id="words">: so the catalogue is their only source.

const words = document.getElementById("words")?.content;

// The text of a word, with [name] replaced, and [name|one|many] by the number of name; an unknown word gives the fallback.
export function word(name, values = {}, fallback = "") {
	const found = words?.querySelector(`[data-word="${CSS.escape(name)}"]`);
	const text = found ? found.textContent.trim() : fallback;
	return text.replace(/\[(\w+)(?:\|([^|\]]*)\|([^|\]]*))?\]/g, (whole, key, one, many) =>
		(one === undefined ? (values[key] ?? whole) : Number(values[key]) === 1 ? one : many));
}

// What to tell a person about an AgentError: the page's own words, else the agent's, else the code.
export function explain(error) {
	const code = String(error.code ?? ""); // a browser's own error has a number there
	const told = word(code, { tries: error.tries ?? "" }, error.text || word("fault"));
	return code.startsWith("HF-") ? `${told} (${code})` : told;
}

// Fills a clone of <template id=name>: elements with data-fill="x" get values.x as text.
export function part(name, values) {
	const node = document.getElementById(name).content.firstElementChild.cloneNode(true);
	for (const place of [node, ...node.querySelectorAll("[data-fill]")])
		if (place.dataset.fill !== undefined)
			place.textContent = values[place.dataset.fill] ?? "";
	return node;
}

// Hashes by four, as the server writes them.
export const grouped = (code) => code.replace(/(.{4})(?=.)/g, "$1 ");

// 1280000 → "1.2 MiB"
export function size(bytes) {
	if (bytes < 1024)
		return `${bytes} B`;
	return bytes < 1048576 ? `${(bytes / 1024).toFixed(0)} KiB` : `${(bytes / 1048576).toFixed(1)} MiB`;
}
