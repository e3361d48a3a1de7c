// The agent on this machine and the keys in it, as they are now.

import * as agent from "{{static agent.js}}";
import { watchKeys } from "{{static keys.js}}";

const version = document.querySelector("[data-version]");

watchKeys(document.getElementById("keys"), {
	async onChange() {
		version.textContent = await agent.find().then((status) => status.agent, () => "—");
	},
});
