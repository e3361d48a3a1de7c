// The steps of the whole job, as a person does them in a browser.

import crypto from "node:crypto";
import { shot } from "./chromium.js";
import { form, png } from "./sample.js";

const PIN = { intake: "intake-4711", reviewer: "review-4712", audit: "audits-4713" };
export const HOLDER_PIN = "holder-4714";

const digitsIn = (text) => [...text.matchAll(/(?:核对数字：|[Dd]igits[^\d\n]*)(\d{4})/g)].at(-1)?.[1];

export class Job {
	constructor(world, language) {
		Object.assign(this, { world, language, shots: 0 });
	}

	async see(page, name) {
		this.shots++;
		await shot(page, `job-${this.language}-${String(this.shots).padStart(2, "0")}-${name}`);
	}

	// A staff member's key is plugged in once; the first window makes its holder choose a PIN.
	async staffKey(name) {
		const { key, pin } = this.world.keys[name];
		await this.world.plug(name);
		await this.world.expect(`pin ${key} ${pin}`, `new ${key} ${PIN[name]}`);
		return key;
	}

	async changePin(page, key) {
		await page.goto(`${this.world.origin}/pin`);
		await page.locator("button.key", { hasText: key }).click();
		await page.locator("#done:visible").waitFor();
		await this.see(page, "pin-changed");
	}

	// With the certificate of the key that is good for longest.
	async login(page, path, key) {
		await page.goto(this.world.origin + path);
		await page.locator("button.key", { hasText: key }).first().click();
		await page.waitForURL((url) => !url.pathname.endsWith("/login"));
	}

	// The four digits of the page and those of the newest window.
	async loginDigits(page, path, key) {
		await page.goto(this.world.origin + path);
		await this.world.expect("wait 1500");
		await page.locator("button.key", { hasText: key }).click();
		await page.locator("#waiting:visible").waitFor();
		await page.waitForFunction(() => /\d{4}/.test(document.querySelector("[data-digits]").textContent));
		const shown = await page.locator("[data-digits]").textContent();
		await this.see(page, "login-waiting");
		await page.waitForURL((url) => !url.pathname.endsWith("/login"));
		return [shown, digitsIn(await this.world.windows())];
	}

	async fill(page, values) {
		for (const [name, value] of Object.entries(form(values)))
			await page.locator(`#${name}`).fill(value);
	}

	// The empty form, filled in and kept: the number.
	async draft(page, values) {
		await page.goto(`${this.world.origin}/`);
		await this.see(page, "front");
		await page.locator(".hero a[href='/apply']").click();
		await this.see(page, "start");
		await page.locator("a[href='/apply/form']").click();
		await this.fill(page, values);
		await this.see(page, "form");
		await page.locator("button[value=next]").click();
		await page.waitForURL(/\/application\/\d{13}\/saved$/);
		await this.see(page, "saved");
		return page.locator(".number").textContent();
	}

	// No key, then a key that is plugged in while the page is open: it makes the CSR.
	async enroll(page, number, name) {
		const { key, pin } = await this.world.newKey(name);
		await this.world.expect(`pin ${key} ${pin}`, `new ${key} ${HOLDER_PIN}`);
		await page.goto(`${this.world.origin}/application/${number}/key`);
		await page.locator("#keys[data-state]").waitFor();
		await this.world.plug(name);
		await page.locator("button.key", { hasText: key }).click();
		await page.locator(".note.done").waitFor();
		await this.see(page, "key");
		return key;
	}

	// A paper of over 3 MiB whose line is cut once in the middle: its hash as the page shows it, and as it is.
	async upload(page, number) {
		const content = png(3 << 20);
		let cut = false;
		await page.route("**/upload/*", (route) => {
			if (!cut && route.request().method() === "PATCH" && route.request().headers()["upload-offset"] === "1048576") {
				cut = true;
				return route.abort("connectionreset");
			}
			return route.continue();
		});
		await page.goto(`${this.world.origin}/application/${number}/papers`);
		await page.locator("input[type=file]").setInputFiles({ name: "盖章申请表 第1页.png", mimeType: "image/png", buffer: content });
		await page.locator(".papers .hash", { hasText: "SM3" }).waitFor({ timeout: 60000 });
		await this.see(page, "papers");
		await page.unroute("**/upload/*");
		const shown = (await page.locator(".papers .hash").first().textContent()).replace(/[^0-9a-f]/g, "").slice(-64);
		return { shown, real: crypto.createHash("sm3").update(content).digest("hex"), cut };
	}

	async submit(page, number) {
		await page.goto(`${this.world.origin}/application/${number}/check`);
		await this.see(page, "check");
		await page.locator("form[action$='/submit'] button").click();
		await page.waitForURL(/\/submitted$/);
		await this.see(page, "submitted");
		return page.locator(".number").textContent();
	}

	// From the queue by keyboard to the application.
	async openFromQueue(page, number) {
		await page.goto(`${this.world.origin}/staff/queue`);
		const rows = await page.locator("#queue tbody tr").allInnerTexts();
		for (let i = 0; i <= rows.findIndex((row) => row.includes(number)); i++)
			await page.keyboard.press("j");
		await this.see(page, "queue");
		await page.keyboard.press("Enter");
		await page.waitForURL(new RegExp(`/staff/application/${number}$`));
		await page.locator("#viewer img").waitFor().catch(() => {});
		await this.see(page, "review");
	}

	// The order in words, the window, the receipt.
	async sign(page, path, key, name) {
		await page.goto(this.world.origin + path);
		await this.see(page, `${name}-order`);
		await page.locator("button.key", { hasText: key }).first().click();
		await page.locator("#receipt [data-part=done]:visible").waitFor({ timeout: 60000 });
		await this.see(page, `${name}-done`);
		return page.locator("#receipt [data-part=done]").innerText();
	}

	async collect(page, number) {
		await page.goto(`${this.world.origin}/application/${number}`);
		await this.see(page, "progress-issued");
		await page.locator("a[href$='/collect']").click();
		await page.locator("#this-key:visible").waitFor();
		await this.see(page, "collect");
		await page.locator("#collect button[type=submit]").click();
		await page.locator("#receipt [data-part=done]:visible").waitFor({ timeout: 60000 });
		await this.see(page, "collected");
	}

	// From the reminder at the login to the new key and the signed order: the renewal's number.
	async renew(page, key) {
		await page.goto(`${this.world.origin}/my`);
		await page.locator(".note.warn a[href='/renew']").click();
		await this.see(page, "renew");
		await page.locator("form[action='/renew'] button").click();
		await page.waitForURL(/\/renew\/\d{13}\/key$/);
		await page.locator("#this-key:visible").waitFor();
		await this.see(page, "renew-key");
		await page.locator("#enroll button[type=submit]").click();
		await page.waitForURL(/\/renew\/\d{13}\/sign$/);
		const path = new URL(page.url()).pathname;
		await this.sign(page, path, key, "renew");
		return path.split("/")[2];
	}
}
