// Debian's Chromium, fresh for each use, watched for what a page must not do.

import fs from "node:fs";
import path from "node:path";
import { chromium } from "playwright-core";

const ARGS = ["--no-sandbox", "--headless=new", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
	"--disable-component-update", "--disable-sync"];
const AXE = fs.readFileSync(new URL("./node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const SHOTS = process.env.HUFU_SHOTS;

export const start = (more = []) => chromium.launch({ executablePath: "/usr/bin/chromium", args: [...ARGS, ...more] });

// A context of its own, as another person at another machine. faults collects what its pages do wrong.
export async function person(browser, { language = "zh", width = 1280, origin, cookies = {} } = {}) {
	const context = await browser.newContext({ viewport: { width, height: 900 }, locale: language === "en" ? "en-GB" : "zh-CN" });
	const set = Object.entries({ lang: language, ...cookies }).map(([name, value]) => ({ name, value, url: origin }));
	await context.addCookies(set);
	const page = await context.newPage();
	const faults = [];
	page.on("pageerror", (error) => faults.push(`${page.url()}: ${error.message}`));
	page.on("console", (message) => {
		if (message.type() === "error" && /Content Security Policy|Refused to/.test(message.text()))
			faults.push(`${page.url()}: ${message.text()}`);
	});
	return { context, page, faults };
}

// What axe finds that is serious or critical.
export async function serious(page) {
	if (!(await page.evaluate(() => "axe" in window)))
		await page.evaluate(AXE);
	const { violations } = await page.evaluate(() => window.axe.run());
	return violations.filter((v) => ["serious", "critical"].includes(v.impact))
		.map((v) => `${v.impact} ${v.id}: ${v.nodes[0].target.join(" ")}`).join("\n");
}

export const sideways = (page) => page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);

export async function shot(page, name) {
	if (!SHOTS)
		return;
	fs.mkdirSync(SHOTS, { recursive: true });
	await page.screenshot({ path: path.join(SHOTS, `${name}.png`), fullPage: true });
}
