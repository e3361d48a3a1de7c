// Changing a key's PIN: old and new are typed in the agent's window, never on the page.

import * as agent from "{{static agent.js}}";
import { consent } from "{{static consent.js}}";
import { watchKeys } from "{{static keys.js}}";

const done = document.getElementById("done");

watchKeys(document.getElementById("keys"), {
	async onPick(row) {
		done.hidden = true;
		const changed = await consent(null, (signal) => agent.changePin(row.key.key, signal));
		if (changed !== null) {
			done.hidden = false;
			done.focus();
		}
	},
});
