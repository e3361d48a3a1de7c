// What users of a public site see: Chromium lets a public page reach the agent only with the person's leave.

import { start } from "./chromium.js";
import { check, equal, has } from "./tap.js";
import { World } from "./world.js";

async function visit(world, leave, work) {
	const port = new URL(world.origin).port;
	const browser = await start([`--ip-address-space-overrides=127.0.0.1:${port}=public`]);
	const context = await browser.newContext({ locale: "zh-CN" });
	if (leave)
		await context.grantPermissions(["local-network-access"], { origin: world.origin });
	const page = await context.newPage();
	try {
		return await work(page);
	} finally {
		await browser.close();
	}
}

// The portal is on loopback here; a public one sets data-asks.
const asPublic = (page) => page.route("**/login", async (route) => {
	const answer = await route.fetch();
	await route.fulfill({ response: answer, body: (await answer.text()).replace('id="keys"', 'id="keys" data-asks="1"') });
});

export default async function reach() {
	const world = await World.start();
	const { key } = world.keys.intake;
	await world.plug("intake");
	try {
		await check("reach: a browser that blocks the agent is told from an agent that is not there", () => visit(world, false, async (page) => {
			await page.goto(`${world.origin}/login`);
			await page.locator("#keys[data-state=blocked]").waitFor();
			return has(await page.locator("#keys").innerText(), "网站设置");
		}));
		await check("reach: with the person's leave the keys are there", () => visit(world, true, async (page) => {
			await page.goto(`${world.origin}/login`);
			await page.locator("button.key", { hasText: key }).waitFor();
		}));
		await check("reach: the browser's question is explained before it comes", () => visit(world, false, async (page) => {
			let asked = 0;
			await asPublic(page);
			page.on("request", (request) => {
				asked += request.url().includes("/v1/status") ? 1 : 0;
			});
			await page.goto(`${world.origin}/login`);
			await page.locator("#keys[data-state=ask] [data-go]").waitFor();
			const before = asked;
			await page.locator("[data-go]").click();
			await page.locator("#keys[data-state=blocked]").waitFor();
			return equal(before, 0) || (asked > 0 ? "" : "it never asked");
		}));
	} finally {
		await world.stop();
	}
}
