// Login by certificate: doc/protocol/login.md.

import * as agent from "{{static agent.js}}";
import { consent, send } from "{{static consent.js}}";
import { watchKeys } from "{{static keys.js}}";
import { post } from "{{static portal.js}}";

const form = document.getElementById("login");

watchKeys(document.getElementById("keys"), {
	async onPick(row) {
		const answer = await consent(row.key, async (signal) => {
			const digits = document.querySelector("#waiting [data-digits]");
			digits.textContent = "····";
			// Before the challenge, which is good for two minutes only.
			if (row.key.pin.state === "initial")
				await agent.changePin(row.key.key, signal);
			const asked = await post("/login/challenge");
			digits.textContent = asked.digits;
			return agent.signLogin({ key: row.key.key, container: row.container.container, challenge: asked.challenge }, signal);
		});
		if (answer !== null)
			send(form, { serial: answer.serial, certificate: answer.certificate, signature: answer.signature });
	},
});
