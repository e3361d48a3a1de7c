// Collecting: the agent installs both certificates, proves that the encryption key opens, and the holder signs the acceptance.

import * as agent from "{{static agent.js}}";
import { consent, send } from "{{static consent.js}}";
import { watchKeys } from "{{static keys.js}}";

const form = document.getElementById("collect");
const button = form.querySelector("[type=submit]");
const { application, hash, sign, encryption, envelope } = form.dataset;
let place = null; // {key, container, info} that made the CSR

const made = ({ key }) => key.containers.some(({ key_hash }) => key_hash === hash);

const list = watchKeys(document.getElementById("keys"), {
	mark: made,
	onChange(rows) {
		place = null;
		for (const { key } of rows)
			for (const { container, key_hash } of key.containers)
				if (key_hash === hash)
					place = { key: key.key, container, info: key };
		button.disabled = place === null;
		document.getElementById("other-key").hidden = rows.length === 0 || place !== null;
		document.getElementById("this-key").hidden = place === null;
	},
});

form.addEventListener("submit", async (event) => {
	event.preventDefault();
	const signed = await consent(place.info, (signal) => agent.install({ key: place.key, container: place.container, application, sign, encryption, envelope }, signal));
	if (signed !== null)
		send(form, { order: signed.order, signature: signed.signature });
	else
		list.refresh();
});
