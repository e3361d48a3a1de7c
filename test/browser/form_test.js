// What the forms refuse, and that nothing typed is lost; what the page says when the agent or a window refuses.

import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { person, start } from "./chromium.js";
import { Job, HOLDER_PIN } from "./job.js";
import { creditCode, form, png } from "./sample.js";
import { check, equal, has } from "./tap.js";
import { World } from "./world.js";

// A wrong value for each field.
const WRONG = {
	name: "王", code: "91110108123456788X", organisation_code: "12345678-0", legal_person: "", province: "", city: "", address: "街",
	handler_name: "", handler_id: "110101199002301233", telephone: "电话", mail: "handler@",
};

async function save(page, values, then = "next") {
	for (const [name, value] of Object.entries(values))
		await page.locator(`#${name}`).fill(value);
	await Promise.all([page.waitForResponse((answer) => answer.request().method() === "POST"), page.locator(`button[value=${then}]`).click()]);
	await page.waitForLoadState();
}

async function draft(world, page, values) {
	await page.goto(`${world.origin}/apply/form`);
	await save(page, form(values));
	return /\d{13}/.exec(page.url())[0];
}

async function fields(world, browser) {
	const { page, context } = await person(browser, { origin: world.origin });

	await page.goto(`${world.origin}/apply/form`);
	await check("form: check characters are told while they are typed", async () => {
		await page.locator("#code").fill("9111010812345");
		const more = await page.locator("#code-says").textContent();
		await page.locator("#code").fill("91110108123456788X");
		const wrong = await page.locator("#code-says").textContent();
		await page.locator("#code").fill(creditCode(12345678));
		const right = await page.locator("#code-says").textContent();
		return has(more, "13") || has(wrong, "校验码不符") || has(right, "校验码正确");
	});
	await check("form: nothing is saved without a mail address, and what was typed stays", async () => {
		await save(page, { name: "北京某某有限公司", mail: "" });
		return equal(await page.locator("#name").inputValue(), "北京某某有限公司") || has(await page.locator("#mail-fault").textContent(), "请填写");
	});
	await check("form: everything that is missing is told at once, in the order of the page, and has the focus", async () => {
		await page.evaluate(() => sessionStorage.clear());
		await page.goto(`${world.origin}/apply/form`);
		await save(page, {});
		const told = await page.locator("#faults li").count();
		const last = await page.locator("#faults a").last().getAttribute("href");
		return equal(told, 10) || equal(last, "#mail") || equal(await page.evaluate(() => document.activeElement.id), "faults");
	});
	await check("form: what was typed outlives the end of the session, but for the resident ID", async () => {
		const { handler_id, ...rest } = form({ name: "北京忘记保存有限公司" });
		await page.goto(`${world.origin}/apply/form`);
		for (const [name, value] of Object.entries({ ...rest, handler_id }))
			await page.locator(`#${name}`).fill(value);
		await context.clearCookies({ name: "hufu" });
		await save(page, {});
		const told = await page.locator("main").innerText();
		await page.locator("main a.button").click();
		await page.locator("#restored:visible").waitFor();
		for (const [name, value] of Object.entries({ ...rest, handler_id: "" }))
			if ((await page.locator(`#${name}`).inputValue()) !== value)
				return `${name} is lost or kept`;
		return has(told, "HF-5002") || has(told, "可恢复");
	});
	await page.goto(`${world.origin}/apply/form`);
	await save(page, { ...form(), code: creditCode(20000001) });
	const number = /\d{13}/.exec(page.url())[0];
	for (const [name, value] of Object.entries(WRONG))
		await check(`form: ${name} ${JSON.stringify(value)} is refused at its field`, async () => {
			await page.goto(`${world.origin}/application/${number}/form`);
			await save(page, { [name]: value });
			if ((await page.locator(`#${name}-fault`).count()) !== 1)
				return `no fault at the field; ${page.url()}`;
			const link = page.locator(`#faults a[href$="#${name}"]`);
			await link.click();
			return equal(await page.evaluate(() => document.activeElement.id), name) ||
				(name === "handler_id" ? "" : equal(await page.locator(`#${name}`).inputValue(), value));
		});
	await check("form: a saved draft leaves nothing behind for the next one", async () => {
		await page.goto(`${world.origin}/apply/form`);
		return equal(await page.locator("#name").inputValue(), "");
	});
	await check("form: a draft may be kept with things missing", async () => {
		await page.goto(`${world.origin}/application/${number}/form`);
		await save(page, { ...form({ code: creditCode(20000001) }), city: "" }, "keep");
		return has(page.url(), "/saved");
	});
	await check("form: what is missing is told before it is submitted", async () => {
		await page.goto(`${world.origin}/application/${number}/check`);
		await page.locator("form[action$='/submit'] button").click();
		await page.waitForLoadState();
		return has(await page.locator("main").innerText(), "市（区、县）");
	});
	await check("form: a form from an older page is refused without losing what was typed", async () => {
		const other = await context.newPage();
		await other.goto(`${world.origin}/application/${number}/form`);
		await page.goto(`${world.origin}/application/${number}/form`);
		await save(other, { city: "西城区" }, "keep");
		await save(page, { city: "东城区" }, "keep");
		await other.close();
		return has(await page.locator(".note.stop").innerText(), "HF-8004") || equal(await page.locator("#city").inputValue(), "东城区");
	});
	await check("form: a post without the session's token is refused", async () => {
		const answer = await page.request.post(`${world.origin}/application/${number}/withdraw`, { form: { version: "1", csrf: "0" } });
		return equal(answer.status(), 403);
	});
	await check("form: a request in a file that is none is refused on its page", async () => {
		await page.goto(`${world.origin}/application/${number}/key`);
		await page.locator("summary").click();
		await page.locator("#file").setInputFiles({ name: "x.csr", mimeType: "text/plain", buffer: Buffer.from("no request") });
		await page.locator("form[action$='/request'] button").click();
		return has(await page.locator(".note.stop").first().innerText(), "HF-2030");
	});
	await check("form: a wrong code opens nothing", async () => {
		const other = await person(browser, { origin: world.origin });
		await other.page.goto(`${world.origin}/progress`);
		await other.page.locator("#number").fill(number);
		await other.page.locator("#code").fill("AAAAAAAAAA");
		await other.page.locator("form[action='/progress'] button").click();
		const said = await other.page.locator(".note.stop").innerText();
		const answer = await other.page.goto(`${world.origin}/application/${number}`);
		await other.context.close();
		return has(said, "HF-5030") || equal(answer.status(), 404);
	});
	await check("form: the mailbox shows a mail in its reader's language first, with its link", async () => {
		const mail = await context.newPage();
		await mail.goto(world.mailbox);
		await mail.locator("a[href^='/mail/']").first().click();
		const first = mail.locator(".letter").first();
		const text = await first.innerText();
		const link = await first.locator("a").getAttribute("href");
		await mail.close();
		return has(text, "查询码") || equal(link, `${world.origin}/progress`);
	});
	await check("form: the mailed code opens the application at another machine", async () => {
		const code = /查询码：\s*(\S+)/.exec(await world.mail(number, "查询码"))[1];
		const other = await person(browser, { origin: world.origin });
		await other.page.goto(`${world.origin}/progress`);
		await other.page.locator("#number").fill(number);
		await other.page.locator("#code").fill(code);
		await other.page.locator("form[action='/progress'] button").click();
		await other.page.waitForURL(new RegExp(`/application/${number}$`));
		await other.context.close();
	});
	await context.close();
}

// A file of 3 MiB whose upload stopped after its first piece, the page loaded anew.
async function cutOff(world, page, name) {
	const file = path.join(world.root, name);
	fs.writeFileSync(file, png(3 << 20));
	await page.route("**/upload/*", (route) =>
		(route.request().headers()["upload-offset"] === "1048576" ? new Promise(() => {}) : route.continue()));
	await page.locator("input[type=file]").setInputFiles(file);
	await page.waitForFunction(() => document.querySelector(".papers progress")?.value > 0.3);
	await page.reload();
	await page.unroute("**/upload/*");
	return file;
}

// Where the pieces began that went up while choose() was followed to its end.
async function offsetsOf(page, choose) {
	const offsets = [];
	const note = (request) => {
		if (request.method() === "PATCH")
			offsets.push(request.headers()["upload-offset"]);
	};
	const whole = await page.locator(".papers .hash", { hasText: "SM3" }).count();
	page.on("request", note);
	await choose();
	await page.waitForFunction((n) => [...document.querySelectorAll(".papers .hash")].filter((h) => h.textContent).length > n, whole);
	page.off("request", note);
	return offsets;
}

async function papers(world, browser) {
	const { page, context } = await person(browser, { origin: world.origin });
	const number = await draft(world, page, { code: creditCode(20000002) });
	const refused = {
		"an empty file": [{ name: "leer.pdf", mimeType: "application/pdf", buffer: Buffer.alloc(0) }, "空的"],
		"a file over the limit": [{ name: "gross.png", mimeType: "image/png", buffer: png(11 << 20) }, "太大"],
		"a file of another kind": [{ name: "x.exe", mimeType: "application/octet-stream", buffer: Buffer.from("MZ") }, "PDF"],
		"a file that only claims to be a picture": [{ name: "x.png", mimeType: "image/png", buffer: Buffer.from("GIF89a no picture") }, "PDF"],
	};

	page.on("dialog", (dialog) => dialog.accept());
	await page.goto(`${world.origin}/application/${number}/papers`);
	for (const [what, [file, says]] of Object.entries(refused))
		await check(`papers: ${what} is refused in words`, async () => {
			await page.locator("input[type=file]").setInputFiles(file);
			const row = page.locator(".papers li", { hasText: file.name }).last();
			await row.locator(".fault").waitFor();
			const text = await row.innerText();
			await row.locator("[data-remove]").click();
			return has(text, says);
		});
	await check("papers: one is removed again", async () => {
		await page.locator("input[type=file]").setInputFiles({ name: "a.png", mimeType: "image/png", buffer: png() });
		await page.locator(".papers .hash", { hasText: "SM3" }).waitFor();
		await page.locator("[data-remove]").click();
		await page.locator(".papers li").waitFor({ state: "detached" });
		await page.reload();
		return equal(await page.locator(".papers li").count(), 0);
	});
	await check("papers: an upload goes on after the page was left in the middle", async () => {
		const file = await cutOff(world, page, "lang.png");
		const cut = await page.locator(".papers li").innerText();
		const offsets = await offsetsOf(page, () => page.locator("input[type=file]").setInputFiles(file));
		return has(cut, "%") || equal(await page.locator(".papers li").count(), 1) || equal(offsets[0], "1048576");
	});
	await check("papers: a new scan of the same name and size starts anew", async () => {
		const file = await cutOff(world, page, "neu.png");
		const content = png(3 << 20);
		content[content.length - 1] ^= 1;
		fs.writeFileSync(file, content);
		fs.utimesSync(file, 1, 1);
		const offsets = await offsetsOf(page, () => page.locator("input[type=file]").setInputFiles(file));
		const shown = (await page.locator(".papers .hash").last().textContent()).replace(/[^0-9a-f]/g, "").slice(-64);
		return equal(offsets[0], "0") || equal(shown, crypto.createHash("sm3").update(content).digest("hex")) ||
			equal(await page.locator(".papers li").count(), 2);
	});
	await check("papers: one that goes up is taken away at once", async () => {
		const before = await page.locator(".papers li").count();
		await page.route("**/upload/*", (route) => (route.request().method() === "PATCH" ? new Promise(() => {}) : route.continue()));
		await page.locator("input[type=file]").setInputFiles({ name: "weg.png", mimeType: "image/png", buffer: png(2 << 20) });
		await page.locator(".papers li[data-url]", { hasText: "weg.png" }).locator("[data-remove]").click();
		await page.locator(".papers li", { hasText: "weg.png" }).waitFor({ state: "detached" });
		await page.unroute("**/upload/*");
		await page.reload();
		return equal(await page.locator(".papers li").count(), before);
	});
	await check("papers: one that the server refuses in the middle leaves nothing behind when it is removed", async () => {
		const before = await page.locator(".papers li").count();
		await page.route("**/upload/*", (route) => (route.request().method() === "PATCH"
			? route.fulfill({ status: 422, json: { code: "HF-6009", text: "-" } }) : route.continue()));
		await page.locator("input[type=file]").setInputFiles({ name: "nein.png", mimeType: "image/png", buffer: png() });
		const row = page.locator(".papers li", { hasText: "nein.png" });
		await row.locator(".fault").waitFor();
		await row.locator("[data-remove]").click();
		await row.waitFor({ state: "detached" });
		await page.unroute("**/upload/*");
		await page.reload();
		return equal(await page.locator(".papers li").count(), before);
	});
	await check("papers: after many cuts the upload rests until the person goes on", async () => {
		await page.clock.install();
		await page.route("**/upload/*", (route) => (route.request().method() === "PATCH" ? route.abort("connectionreset") : route.continue()));
		await page.locator("input[type=file]").setInputFiles({ name: "ruhe.png", mimeType: "image/png", buffer: png() });
		const row = page.locator(".papers li", { hasText: "ruhe.png" });
		for (let i = 0; i < 200 && !(await row.locator("[data-again]").isVisible()); i++)
			await page.clock.runFor(30000);
		const said = await row.innerText();
		await page.unroute("**/upload/*");
		await row.locator("[data-again]").click();
		await row.locator(".hash", { hasText: "SM3" }).waitFor();
		return has(said, "已暂停") || ((await row.locator("[data-again]").isVisible()) ? "it still offers to go on" : "");
	});
	await context.close();
	const plain = await browser.newContext({ javaScriptEnabled: false, locale: "zh-CN" });
	const bare = await plain.newPage();
	await check("papers: everything goes without script as well", async () => {
		const own = await draft(world, bare, { code: creditCode(20000003) });
		await bare.goto(`${world.origin}/application/${own}/papers`);
		await bare.locator("#file").setInputFiles({ name: "ohne script.png", mimeType: "image/png", buffer: png() });
		await bare.locator(".drop button").click();
		await bare.locator(".papers .hash").waitFor();
		await bare.locator(".papers form button").click();
		await bare.waitForLoadState();
		return equal(await bare.locator(".papers li").count(), 0);
	});
	await plain.close();
}

async function live(world, browser) {
	const { page, context } = await person(browser, { origin: world.origin });
	const job = new Job(world, "live");
	const code = creditCode(20000004);
	let first, second;

	await check("form: a second live application of an enterprise is refused with a pointer to the first", async () => {
		first = await draft(world, page, { code });
		await job.enroll(page, first, "live-one");
		await job.upload(page, first);
		await job.submit(page, first);
		second = await draft(world, page, { code });
		await job.enroll(page, second, "live-two");
		await job.upload(page, second);
		await page.goto(`${world.origin}/application/${second}/check`);
		await page.locator("form[action$='/submit'] button").click();
		const said = await page.locator(".note.stop").innerText();
		return has(said, "HF-8003") || has(said, first);
	});
	await check("form: the first, which the same browser began, opens too", async () => {
		await page.locator(".note.stop a").click();
		await page.waitForLoadState();
		const said = await page.locator("main").innerText();
		return has(said, "待受理") || has(said, first);
	});
	await check("form: an application is withdrawn", async () => {
		await page.goto(`${world.origin}/application/${second}`);
		await page.locator("summary").click();
		await page.locator("form[action$='/withdraw'] button").click();
		await page.locator("summary").waitFor({ state: "detached" });
		return has(await page.locator("main").innerText(), "已撤回");
	});
	await check("form: who leaves a shared computer leaves nothing open", async () => {
		await page.locator("form[action='/logout'] button").click();
		await page.goto(`${world.origin}/application/${first}`);
		return has(await page.locator("main").innerText(), "凭申请编号继续");
	});
	await context.close();
}

async function windows(world, browser) {
	const { page, context } = await person(browser, { origin: world.origin });
	const { key, pin } = await world.newKey("windows");

	await world.plug("windows");
	await world.expect(`pin ${key} ${pin}`, `new ${key} ${HOLDER_PIN}`);
	await page.goto(`${world.origin}/pin`);
	await check("agent: a PIN is changed", async () => {
		await page.locator("button.key", { hasText: key }).click();
		await page.locator("#done:visible").waitFor();
	});
	await check("agent: a page says so when the agent is gone, and comes alive by itself", async () => {
		await page.goto(`${world.origin}/assistant`);
		await page.locator("#keys[data-state=keys]").waitFor();
		await world.stopAgent();
		await page.locator("#keys[data-state=absent]").waitFor();
		const said = await page.locator("#keys").innerText();
		await world.startAgent();
		await page.locator("#keys[data-state=keys]").waitFor({ timeout: 120000 });
		return has(said, "没有连接到本机的证书助手");
	});
	await check("agent: a key that is pulled out leaves the page by itself", async () => {
		await world.pull("windows");
		await page.locator(".key", { hasText: key }).waitFor({ state: "detached" });
	});
	await check("agent: a key that is called like markup is shown by its name, and no element is made of it", async () => {
		const label = "<img src=x onerror=alert(1)>";
		const { key: odd } = await world.newKey("odd", label);
		await world.plug("odd");
		await page.goto(`${world.origin}/assistant`);
		const row = page.locator(".key", { hasText: odd });
		await row.waitFor();
		const text = await row.innerText();
		const made = await row.locator("img").count();
		await world.pull("odd");
		return has(text, label) || equal(made, 0);
	});
	await check("agent: a window that is refused is told, and nothing is signed", async () => {
		await world.plug("windows");
		await page.goto(`${world.origin}/pin`);
		await world.expect("refuse 1");
		await page.locator("button.key", { hasText: key }).click();
		await page.locator("#trouble:visible").waitFor();
		return has(await page.locator("#trouble").innerText(), "HF-4010");
	});
	await check("agent: cancelling on the page closes the window, and the next one opens", async () => {
		const before = (await world.windows()).length;
		await world.expect("wait 600000");
		await page.locator("button.key", { hasText: key }).click();
		while ((await world.windows()).length === before)
			await page.waitForTimeout(50);
		await page.locator("[data-cancel]").click();
		await page.locator("#trouble:visible").waitFor();
		const said = await page.locator("#trouble").innerText();
		await world.expect("wait 0", `new ${key} holder-4715`);
		for (let i = 0; i < 50 && !(await page.locator("#done").isVisible()); i++) {
			await page.locator("button.key", { hasText: key }).click();
			await page.locator("#done:visible, #trouble:visible").waitFor();
		}
		return has(said, "口令窗口已关闭") || ((await page.locator("#done").isVisible()) ? "" : await page.locator("#trouble").innerText());
	});
	await check("agent: a key that comes between the list and the stream is seen", async () => {
		const late = await world.newKey("late");
		await page.route("**/v1/events", async (route) => {
			await world.plug("late");
			await route.continue();
		});
		await page.goto(`${world.origin}/pin`);
		await page.locator("button.key", { hasText: late.key }).waitFor();
		await page.unroute("**/v1/events");
	});
	await check("agent: a page that nobody sees listens to nothing, and comes alive when it is seen again", async () => {
		const hide = (hidden) => page.evaluate((h) => {
			Object.defineProperty(document, "hidden", { configurable: true, get: () => h });
			document.dispatchEvent(new Event("visibilitychange"));
		}, hidden);
		await page.goto(`${world.origin}/pin`);
		await page.locator("button.key", { hasText: key }).waitFor();
		await Promise.all([page.waitForEvent("requestfailed", (request) => request.url().endsWith("/v1/events")), hide(true)]);
		const kept = await page.locator("button.key", { hasText: key }).count();
		await Promise.all([page.waitForRequest("**/v1/events"), hide(false)]);
		return equal(kept, 1);
	});
	await check("agent: ten wrong PINs lock the key, and the list says so", async () => {
		await world.expect(`wrong ${key} 10`);
		await page.locator("button.key", { hasText: key }).click();
		await page.locator("button.key:disabled", { hasText: key }).waitFor({ timeout: 60000 });
		return has(await page.locator("button.key", { hasText: key }).innerText(), "口令已锁定");
	});
	await context.close();
}

// The first login of a key with its initial PIN.
async function firstLogin(world, browser) {
	const { page, context } = await person(browser, { origin: world.origin });
	const { key, pin } = world.keys.intake;
	const other = world.keys.reviewer;
	const asked = [];

	await world.plug("intake");
	await world.plug("reviewer");
	await world.expect(`pin ${key} ${pin}`, `new ${key} intake-4711`);
	await check("agent: a first login changes the PIN before it takes its challenge", async () => {
		page.on("request", (request) => asked.push(new URL(request.url()).pathname));
		await page.goto(`${world.origin}/staff/login`);
		await page.locator("button.key", { hasText: key }).click();
		await page.waitForURL((url) => !url.pathname.endsWith("/login"));
		const order = asked.filter((path) => ["/v1/pin/change", "/login/challenge", "/v1/sign/login"].includes(path));
		return equal(order.join(" "), "/v1/pin/change /login/challenge /v1/sign/login");
	});
	await check("agent: another key clicked meanwhile leaves the digits to compare where they are", async () => {
		await world.expect("wait 3000");
		await page.goto(`${world.origin}/staff/login`);
		await page.locator("button.key", { hasText: key }).click();
		await page.waitForFunction(() => /\d{4}/.test(document.querySelector("[data-digits]").textContent));
		const before = await page.locator("[data-digits]").textContent();
		await page.locator("button.key", { hasText: other.key }).click();
		return equal(await page.locator("[data-digits]").textContent(), before);
	});
	await context.close();
}

// A key as the agent lists it after renewals: the oldest pair first.
function renewedKey(...days) {
	const now = Math.floor(Date.now() / 1000);
	const certificate = (left, use) => ({ certificate: "", serial: `${use}${String(left).padStart(31, "0")}`, name: "北京某某有限公司", notafter: now + left * 86400 });

	return {
		key: "HUFUVRENEWED", label: "renewed", maker: "hufu", pin: { state: "set", tries: 10, max: 10 },
		containers: days.map((left, i) => ({ container: `hufu-${i}`, key_hash: "", sign: certificate(left, "a"), encryption: certificate(left, "b") })),
	};
}

async function renewed(world, browser) {
	const { page, context } = await person(browser, { origin: world.origin });
	let signing = null;

	await page.route("**/v1/keys", (route) => route.fulfill({ json: { keys: [renewedKey(-340, 20, 385)] } }));
	await page.route("**/v1/sign/login", (route) => {
		signing = route.request().postDataJSON();
		return route.fulfill({ status: 422, json: { code: "HF-4010", text: "-" } });
	});
	await page.goto(`${world.origin}/login`);
	await check("login: of a renewed key the certificate that is good for longest comes first, an expired one last, each with its days", async () => {
		await page.locator("#keys[data-state=keys]").waitFor();
		const badges = await page.locator("button.key [data-badge]").allTextContents();
		return equal(badges.join(" "), "还有385天到期 还有20天到期 已过期");
	});
	await check("login: the certificate that is clicked signs", async () => {
		await page.locator("button.key").first().click();
		await page.locator("#trouble:visible").waitFor();
		return equal(signing.container, "hufu-2") || equal(await page.locator("button.key[aria-pressed=true]").count(), 1) ||
			equal(await page.locator("button.key").first().getAttribute("aria-pressed"), "true");
	});
	await context.close();
}

export default async function forms() {
	const world = await World.start();
	const browser = await start();
	try {
		await fields(world, browser);
		await papers(world, browser);
		await live(world, browser);
		await windows(world, browser);
		await firstLogin(world, browser);
		await renewed(world, browser);
	} finally {
		await browser.close();
		await world.stop();
	}
}
