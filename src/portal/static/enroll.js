// The key at hand: it makes a signature key and a CSR inside, and the form takes the CSR to the application.

import * as agent from "{{static agent.js}}";
import { consent, send } from "{{static consent.js}}";
import { watchKeys } from "{{static keys.js}}";

const form = document.getElementById("enroll");

watchKeys(document.getElementById("keys"), {
	async onPick(row) {
		const made = await consent(row.key, (signal) => agent.makeKey(row.key.key, signal));
		if (made !== null)
			send(form, { csr: made.csr, key: made.key });
	},
});
