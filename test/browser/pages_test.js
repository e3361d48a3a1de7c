// Every page with samples, in both languages, wide and narrow: accessible, within its size, without a script error.

import { spawn } from "node:child_process";
import net from "node:net";
import { fileURLToPath } from "node:url";
import { person, serious, shot, sideways, start } from "./chromium.js";
import { check } from "./tap.js";

const SERIAL = "0123456789abcdef0123456789abcdef";
const DRAFT = "2026112200017", SUBMITTED = "2026112200018", RETURNED = "2026112200019", ISSUED = "2026112200020", ACCEPTED = "2026112200022", RENEWAL = "2026112200023";
const PAGE_MAX = 100 * 1024;

// name, path, who looks, status
const PAGES = [
	["front", "/", ""],
	["apply-start", "/apply", ""],
	["apply-form", "/apply/form", ""],
	["apply-edit", `/application/${DRAFT}/form`, "applicant"],
	["apply-saved", `/application/${DRAFT}/saved`, "applicant"],
	["apply-key", `/application/${DRAFT}/key`, "applicant"],
	["apply-papers", `/application/${DRAFT}/papers`, "applicant"],
	["apply-check", `/application/${DRAFT}/check`, "applicant"],
	["apply-submitted", `/application/${SUBMITTED}/submitted`, "applicant"],
	["apply-print", `/application/${DRAFT}/print`, "applicant"],
	["progress-find", "/progress", ""],
	["progress-submitted", `/application/${SUBMITTED}`, "applicant"],
	["progress-returned", `/application/${RETURNED}`, "applicant"],
	["progress-issued", `/application/${ISSUED}`, "applicant"],
	["collect", `/application/${ISSUED}/collect`, "applicant"],
	["login", "/login", ""],
	["my", "/my", "holder"],
	["my-renewed", "/my", "renewed"],
	["my-applications", "/my/applications", "holder"],
	["my-revoke", `/my/revoke/${SERIAL}`, "holder"],
	["my-revoke-sign", `/my/revoke/${SERIAL}?reason=keyCompromise`, "holder"],
	["my-suspend", `/my/suspend/${SERIAL}`, "holder"],
	["staff-login", "/staff/login", ""],
	["queue", "/staff/queue", "operator"],
	["queue-empty", "/staff/queue?state=rejected", "operator"],
	["review", `/staff/application/${SUBMITTED}`, "operator"],
	["review-accepted", `/staff/application/${ACCEPTED}`, "reviewer"],
	["accept", `/staff/application/${SUBMITTED}/accept`, "operator"],
	["approve", `/staff/application/${ACCEPTED}/approve`, "reviewer"],
	["certificates", "/staff/certificates?q=91110108MA01ABCD29", "operator"],
	["revoke-enter", `/staff/certificate/${SERIAL}/revoke`, "operator"],
	["resume-enter", `/staff/certificate/${SERIAL}/resume`, "operator"],
	["suspend", `/staff/certificate/${SERIAL}/suspend`, "operator"],
	["audit", "/audit", "auditor"],
	["people", "/staff/people", "auditor"],
	["ca", "/ca", "reviewer"],
	["pin", "/pin", ""],
	["assistant", "/assistant", ""],
	["renew", "/renew", "holder"],
	["renew-visitor", "/renew", ""],
	["renew-staff", "/renew", "operator"],
	["renew-early", "/renew", "early"],
	["renew-collect", "/renew", "renewed"],
	["renew-key", `/renew/${RENEWAL}/key`, "holder"],
	["renew-sign", `/renew/${RENEWAL}/sign`, "holder"],
	["progress-renewal", `/application/${RENEWAL}`, "holder"],
	["missing", "/nothing", "", 404],
	["forbidden", "/audit", "operator", 403],
];

const free = () => new Promise((resolve) => {
	const server = net.createServer().listen(0, "127.0.0.1", () => {
		const { port } = server.address();
		server.close(() => resolve(port));
	});
});

async function preview(port) {
	const program = fileURLToPath(new URL("../../build/test/support/portal-preview", import.meta.url));
	const child = spawn(program, [String(port)], { stdio: ["ignore", "ignore", "ignore"] });
	for (let i = 0; i < 100; i++) {
		if (await fetch(`http://127.0.0.1:${port}/`).then(() => true, () => false))
			return child;
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
	child.kill();
	throw new Error("the preview does not answer");
}

async function look({ context, page, faults }, origin, [name, path, who, status = 200], language, width) {
	faults.length = 0;
	await context.clearCookies({ name: "hufu" });
	if (who)
		await context.addCookies([{ name: "hufu", value: who, url: origin }]);
	const answer = await page.goto(origin + path);
	const size = (await answer.body()).length;
	await shot(page, `${name}-${language}-${width}`);
	if (answer.status() !== status)
		return `status ${answer.status()}`;
	if (size > PAGE_MAX)
		return `${size} bytes`;
	if (await sideways(page))
		return `wider than ${width} pixels`;
	if ((await page.title()).split(" - ").length !== 2 || (await page.locator("h1").count()) < 1)
		return "no title or heading that says where one is";
	if (language === "en" && /[\u4e00-\u9fff]/.test(await page.locator("h1").first().textContent()))
		return "the heading is Chinese";
	return faults.join("\n") || (width > 1000 ? serious(page) : "");
}

// The form that is printed, sealed and scanned.
async function sheets({ context, page }, origin) {
	await context.addCookies([{ name: "hufu", value: "applicant", url: origin }]);
	await page.goto(`${origin}/application/${DRAFT}/print`);
	const pdf = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
	const count = pdf.match(/\/Type\s*\/Page\b(?!s)/g)?.length;
	return count === 1 ? "" : `${count} sheets`;
}

export default async function pages() {
	const port = await free();
	const origin = `http://127.0.0.1:${port}`;
	const child = await preview(port);
	const browser = await start();
	try {
		for (const language of ["zh", "en"])
			for (const width of [1280, 360]) {
				const someone = await person(browser, { language, width, origin });
				for (const row of PAGES)
					await check(`pages: ${row[0]} ${language} ${width}`, () => look(someone, origin, row, language, width));
				if (width > 1000)
					await check(`pages: the printed form takes one sheet ${language}`, () => sheets(someone, origin));
				await someone.context.close();
			}
	} finally {
		await browser.close();
		child.kill();
	}
}
