// While the agent's window waits for the person: the page says what to look for, and can cancel.
// The page holds <section id="waiting"> with a [data-cancel] button, and <div id="trouble" role="alert">.

import { explain } from "{{static words.js}}";

const panel = document.getElementById("waiting");
const trouble = document.getElementById("trouble");
let busy = false;

export function tell(error) {
	trouble.querySelector("[data-say]").textContent = explain(error.code ? error : { code: "fault" });
	for (const mend of trouble.querySelectorAll("[data-mend]"))
		mend.hidden = !mend.dataset.mend.split(" ").includes(error.code);
	trouble.hidden = false;
	trouble.scrollIntoView({ block: "nearest" });
}

// Runs work(signal) with a key once at a time; its result, or null after telling the person why there is none.
export async function consent(key, work) {
	if (busy)
		return null;
	busy = true;
	const stop = new AbortController();
	const cancel = panel.querySelector("[data-cancel]");
	const onCancel = () => stop.abort();
	trouble.hidden = true;
	panel.querySelector("[data-first]").hidden = key?.pin.state !== "initial";
	panel.hidden = false;
	panel.focus();
	cancel.addEventListener("click", onCancel);
	try {
		return await work(stop.signal);
	} catch (error) {
		tell(error);
		return null;
	} finally {
		cancel.removeEventListener("click", onCancel);
		panel.hidden = true;
		busy = false;
	}
}

// Puts values into a form's hidden fields and sends it.
export function send(form, values) {
	for (const [name, value] of Object.entries(values))
		form.elements[name].value = value;
	form.submit();
}
