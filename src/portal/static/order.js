// Signing an order: the draft stands in the form, the agent completes and signs it, the form takes it to the portal.

import * as agent from "{{static agent.js}}";
import { consent, send } from "{{static consent.js}}";
import { watchKeys } from "{{static keys.js}}";

const form = document.getElementById("order");

watchKeys(document.getElementById("keys"), {
	async onPick(row) {
		if (!form.reportValidity())
			return;
		const draft = JSON.parse(form.dataset.draft);
		const signed = await consent(row.key, (signal) =>
			agent.signOrder({ key: row.key.key, container: row.container.container, draft }, signal));
		if (signed !== null)
			send(form, { order: signed.order, signature: signed.signature });
	},
});
