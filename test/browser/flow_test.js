// The whole job through the real portal, signer, agent and keys, in Chinese and in English.

import { person, serious, start } from "./chromium.js";
import { Job } from "./job.js";
import { creditCode } from "./sample.js";
import { check, equal, has } from "./tap.js";
import { World } from "./world.js";

const WORDS = {
	zh: {
		noKey: "没有发现证书钥匙", accepted: "申请已受理", approved: "审核已通过", days: /还有38[56]天到期/, shortDays: "您的证书还有20天到期，请及时更新！",
		revoked: "您的证书已注销，不能登录。", ended: "证书已注销", early: "现在还不到更新的时间", why: "请重新扫描第1页",
	},
	en: {
		noKey: "No key was found", accepted: "has been accepted", approved: "Approved.", days: /38[56] days left/,
		shortDays: "Your certificate expires in 20 days", revoked: "revoked", ended: "Certificates revoked", early: "It is too early to renew", why: "please scan page 1 again",
	},
};

// A rejection is asked for once more; the answer here is no.
async function rejectionIsAsked(page) {
	let asked = "";
	page.once("dialog", (dialog) => {
		asked = dialog.message();
		dialog.dismiss();
	});
	await page.locator("button[formaction$='/reject']").click();
	return asked === "" ? "a rejection takes one click" : "";
}

async function returned(job, applicant, intake, number, words) {
	await intake.goto(`${job.world.origin}/staff/application/${number}`);
	await intake.locator(".decide details summary").click();
	await intake.locator("form[action$='/return'] button").first().click();
	await intake.locator("#note-fault:visible").waitFor(); // without a reason nothing is returned
	const kept = await rejectionIsAsked(intake);
	if (kept)
		return kept;
	await intake.locator("#reason-1").check();
	await intake.locator("#note").fill(words.why);
	await job.see(intake, "return");
	await Promise.all([
		intake.waitForResponse((answer) => answer.request().method() === "POST"),
		intake.locator("form[action$='/return'] button").first().click(),
	]);
	await intake.waitForLoadState();
	await applicant.goto(`${job.world.origin}/application/${number}`);
	await job.see(applicant, "returned");
	const told = await applicant.locator("main").innerText();
	await job.submit(applicant, number);
	return has(told, words.why);
}

// What of the paper lies where no scrolling reaches.
const outOfReach = (page) => page.evaluate(() => {
	const sheet = document.querySelector("#viewer .sheet");
	const leaf = sheet.querySelector("img").getBoundingClientRect(), room = sheet.getBoundingClientRect();
	const left = leaf.left - room.left + sheet.scrollLeft, top = leaf.top - room.top + sheet.scrollTop;
	const far = (value, most) => value > most + 2;
	return left < -1 || top < -1 || far(left + leaf.width, Math.max(sheet.scrollWidth, room.width)) || far(top + leaf.height, Math.max(sheet.scrollHeight, room.height))
		? JSON.stringify({ left, top, width: leaf.width, height: leaf.height, scroll: [sheet.scrollWidth, sheet.scrollHeight] }) : "";
});

async function turned(job, page) {
	await page.waitForFunction(() => document.querySelector("#viewer img")?.naturalWidth > 0);
	await page.locator("[data-larger]").click();
	await page.locator("[data-larger]").click();
	for (let i = 0; i < 4; i++) {
		await page.locator("[data-turn]").click();
		await job.see(page, `viewer-turned-${90 * (i + 1)}`);
		const wrong = await outOfReach(page);
		if (wrong)
			return `${90 * (i + 1)}: ${wrong}`;
	}
	return equal(await page.locator("[data-view][aria-current=true]").count(), 1);
}

// The holder renews by himself, with the certificate that he has: the rest of the test is played with the new one.
async function renewal(job, say, page, key, words) {
	const { world } = job;
	let number;

	await say("the reminder's button leads to the renewal: a new key in the same USB key, an order signed with the old one", async () => {
		number = await job.renew(page, key);
	});
	await say("the new certificates are collected into the same key, and the login of the old one ends", async () => {
		await page.locator("#receipt a.button").click();
		await page.locator("#this-key:visible").waitFor();
		await page.locator("#collect button[type=submit]").click();
		await page.locator("#receipt [data-part=done]:visible").waitFor({ timeout: 60000 });
		await job.see(page, "renewed");
		await page.goto(`${world.origin}/my`);
		return has(await page.locator("main").innerText(), "HF-5018");
	});
	await say("the renewal is told by mail", () => world.mail(number, "原证书已注销").then(() => ""));
	await say("the new certificate stands first at the login, and has a year and what the old one had", async () => {
		await page.goto(`${world.origin}/login`);
		await page.locator("button.key", { hasText: key }).nth(1).waitFor();
		await job.see(page, "login-two");
		await job.login(page, "/login", key);
		await job.see(page, "my-renewed");
		const shown = await page.locator("main").innerText();
		return words.days.test(shown) ? "" : shown;
	});
	await say("there is nothing to renew now", async () => {
		await page.goto(`${world.origin}/renew`);
		await job.see(page, "renew-early");
		return has(await page.locator("main").innerText(), words.early) || serious(page);
	});
}

// A reported loss: the operator suspends at once; two persons end it.
async function suspension(job, say, { applicant, intake, reviewer }, { key, code, staff }) {
	const { world } = job;
	let serial;

	await say("an operator suspends a reported key at once", async () => {
		await intake.goto(`${world.origin}/staff/certificates?q=${code}`);
		const path = await intake.locator("a[href$='/suspend']").getAttribute("href");
		serial = path.split("/")[3];
		await job.see(intake, "certificates");
		await job.sign(intake, path, staff.intake, "suspend");
	});
	await say("a suspended certificate is refused at the login", async () => {
		await applicant.goto(`${world.origin}/login`);
		await applicant.locator("button.key", { hasText: key }).first().click();
		await applicant.locator(".note.stop h2").waitFor();
		return has(await applicant.locator(".note.stop").first().innerText(), "HF-5019");
	});
	await say("two persons end the suspension", async () => {
		await intake.goto(`${world.origin}/staff/certificate/${serial}/resume`);
		await job.see(intake, "resume");
		await intake.locator("form[action$='/resume'] button").click();
		await intake.waitForURL(/\/staff\/application\/\d+$/);
		const number = intake.url().split("/").at(-1);
		await job.sign(intake, `/staff/application/${number}/accept`, staff.intake, "resume-accept");
		await world.expect(`code ${code.slice(-6)}`);
		await job.sign(reviewer, `/staff/application/${number}/approve`, staff.reviewer, "resume-approve");
	});
	await say("the certificate logs in again", () => job.login(applicant, "/login", key));
}

async function play(world, browser, language, more) {
	const job = new Job(world, language);
	const words = WORDS[language];
	const say = (name, work) => check(`flow ${language}: ${name}`, work);
	const at = { language, origin: world.origin };
	const [applicant, intake, reviewer] = [await person(browser, at), await person(browser, at), await person(browser, at)];
	const code = creditCode(more.number);
	let number, key;

	await say("a draft gets its number and a mailed code", async () => {
		number = await job.draft(applicant.page, { name: more.name, code });
		return has(await world.mail(number, language === "zh" ? "查询码" : number), number);
	});
	await say("the page waits for a key and comes alive when it is plugged in", async () => {
		key = await job.enroll(applicant.page, number, `company-${language}`);
		return has(await applicant.page.locator(".note.done").innerText(), key);
	});
	await say("a paper goes up, through a cut line, with the right SM3", async () => {
		const { shown, real, cut } = await job.upload(applicant.page, number);
		return cut ? equal(shown, real) : "the line was not cut";
	});
	await say("what was typed stands on the page to check, and the application is submitted", async () =>
		equal(await job.submit(applicant.page, number), number));
	await say("the printed form has the key's hash", async () => {
		await applicant.page.goto(`${world.origin}/application/${number}/print`);
		await job.see(applicant.page, "print");
		return /([0-9a-f]{4} ){15}[0-9a-f]{4}/.test(await applicant.page.locator("table").innerText()) ? "" : "no hash";
	});
	await say("page and window show the same four digits at the login of the staff", async () => {
		const [shown, window] = await job.loginDigits(intake.page, "/staff/login", more.staff.intake);
		return equal(shown, window);
	});
	await say("the reviewer logs in", () => job.login(reviewer.page, "/staff/login", more.staff.reviewer));
	await say("an application that is returned tells why, and is submitted again", () =>
		returned(job, applicant.page, intake.page, number, words));
	await say("the queue opens by keyboard", () => job.openFromQueue(intake.page, number));
	await say("a paper that is turned and enlarged can be seen whole", () => turned(job, intake.page));
	await say("the intake operator accepts with a signed order", async () =>
		has(await job.sign(intake.page, `/staff/application/${number}/accept`, more.staff.intake, "accept"), words.accepted));
	await say("the reviewer approves with a signed order", async () => {
		await world.expect(`code ${code.slice(-6)}`);
		return has(await job.sign(reviewer.page, `/staff/application/${number}/approve?profile=evaluation-short`, more.staff.reviewer, "approve"), words.approved);
	});
	await say("the holder collects, and the receipt is checked", () => job.collect(applicant.page, number));
	await say("the holder logs in and sees the days left", async () => {
		await job.login(applicant.page, "/login", key);
		await job.see(applicant.page, "my");
		return has(await applicant.page.locator("main").innerText(), words.shortDays);
	});
	await renewal(job, say, applicant.page, key, words);
	if (more.lost)
		await suspension(job, say, { applicant: applicant.page, intake: intake.page, reviewer: reviewer.page }, { key, code, staff: more.staff });
	await say("the holder revokes with his own signature", async () => {
		await applicant.page.goto(`${world.origin}/my`);
		await applicant.page.locator("a[href^='/my/revoke/']").click();
		await applicant.page.locator("#reason-keyCompromise").check();
		await job.see(applicant.page, "revoke");
		await applicant.page.locator("form[action^='/my/revoke/'] button").click();
		const told = await job.sign(applicant.page, new URL(applicant.page.url()).pathname + new URL(applicant.page.url()).search, key, "revoke");
		await applicant.page.locator("#receipt a.button").click();
		return has(told, words.ended) || equal(new URL(applicant.page.url()).pathname, "/");
	});
	await say("a revoked certificate is refused at the login, in words", async () => {
		await applicant.page.goto(`${world.origin}/login`);
		await applicant.page.locator("button.key", { hasText: key }).first().click();
		await applicant.page.locator(".note.stop h2").waitFor();
		await job.see(applicant.page, "login-revoked");
		return has(await applicant.page.locator(".note.stop").first().innerText(), words.revoked);
	});
	for (const [who, page] of Object.entries({ applicant, intake, reviewer })) {
		await say(`no script failed for the ${who}`, () => page.faults.join("\n"));
		await say(`the last page of the ${who} is accessible`, () => serious(page.page));
		await page.context.close();
	}
}

async function audit(world, browser, key) {
	const auditor = await person(browser, { language: "zh", origin: world.origin });
	const job = new Job(world, "audit");
	await check("flow: the audit administrator logs in and verifies the chain", async () => {
		await job.login(auditor.page, "/staff/login", key);
		await auditor.page.goto(`${world.origin}/audit`);
		await auditor.page.locator("form[action='/audit/verify'] button").click();
		await job.see(auditor.page, "verified");
		return has(await auditor.page.locator("main").innerText(), "审计链完整");
	});
	await check("flow: the audit administrator sees the CA's state and no queue", async () => {
		await auditor.page.goto(`${world.origin}/ca`);
		await job.see(auditor.page, "ca");
		const answer = await auditor.page.goto(`${world.origin}/staff/queue`);
		return equal(answer.status(), 403);
	});
	await auditor.context.close();
}

export default async function flow() {
	const world = await World.start();
	const browser = await start();
	try {
		const job = new Job(world, "staff");
		const someone = await person(browser, { origin: world.origin });
		const staff = {};
		for (const name of ["intake", "reviewer", "audit"])
			await check(`flow: ${name} chooses a PIN`, async () => {
				staff[name] = await job.staffKey(name);
				await job.changePin(someone.page, staff[name]);
			});
		await play(world, browser, "zh", { number: 10000001, name: "北京𠮷祥文化传播有限公司", staff });
		await play(world, browser, "en", { number: 10000002, name: "上海·静安<测试>\"有限\"公司", lost: true, staff });
		await audit(world, browser, staff.audit);
	} finally {
		await browser.close();
		await world.stop();
	}
}
