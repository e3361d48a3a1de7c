// A deed counts as done on the page only after the agent has checked the signer's receipt.

import * as agent from "{{static agent.js}}";
import { explain } from "{{static words.js}}";

const place = document.getElementById("receipt");
const AGAIN_MS = 2000;
const TRIES = 15; // the agent may be starting again

function show(part) {
	for (const node of place.querySelectorAll("[data-part]"))
		node.hidden = node.dataset.part !== part;
}

async function check(tries) {
	try {
		const { receipt, signature, order } = place.dataset;
		await agent.checkReceipt({ receipt, signature, order });
		show("done");
	} catch (error) {
		if (["absent", "time"].includes(error.code) && tries < TRIES) {
			setTimeout(check, AGAIN_MS, tries + 1);
			return;
		}
		place.querySelector("[data-say]").textContent = explain(error);
		show("failed");
	}
}

place.querySelector("[data-again]").addEventListener("click", () => {
	show("checking");
	check(0);
});
check(0);
