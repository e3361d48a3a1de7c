// The new key of a renewal: made in the USB key that holds the certificates, and in no other.

import * as agent from "{{static agent.js}}";
import { consent, send } from "{{static consent.js}}";
import { watchKeys } from "{{static keys.js}}";

const form = document.getElementById("enroll");
const button = form.querySelector("[type=submit]");
let info = null; // of the key, while it is plugged in

const list = watchKeys(document.getElementById("keys"), {
	mark: ({ key }) => key.key === form.dataset.key,
	onChange(rows) {
		info = rows.find(({ key }) => key.key === form.dataset.key)?.key ?? null;
		button.disabled = info === null;
		document.getElementById("other-key").hidden = rows.length === 0 || info !== null;
		document.getElementById("this-key").hidden = info === null;
	},
});

form.addEventListener("submit", async (event) => {
	event.preventDefault();
	const made = await consent(info, (signal) => agent.makeKey(info.key, signal));
	if (made !== null)
		send(form, { csr: made.csr, key: made.key });
	else
		list.refresh();
});
