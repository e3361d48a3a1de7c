// Check characters of the identity codes, told while they are typed; the server checks them again.
// GB 32100 (unified social credit code), GB 11714 (organisation code), GB 11643 (resident identity number).

import { word } from "{{static words.js}}";

const CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY";
const ALNUM = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

const sum = (text, alphabet, weight) => [...text].reduce((total, c, i) => total + alphabet.indexOf(c) * weight(i), 0);

export function organisationCode(text) {
	const m = /^([0-9A-Z]{8})-?([0-9X])$/.exec(text);
	const weights = [3, 7, 9, 10, 5, 8, 4, 2];
	return m !== null && "0123456789X0"[11 - (sum(m[1], ALNUM, (i) => weights[i]) % 11)] === m[2];
}

export function creditCode(text) {
	if (!/^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$/.test(text))
		return false;
	const check = (31 - (sum(text.slice(0, 17), CREDIT, (i) => 3 ** i % 31) % 31)) % 31;
	return CREDIT[check] === text[17] && organisationCode(text.slice(8, 17));
}

export function residentId(text) {
	const m = /^[1-9][0-9]{5}([0-9]{4})([0-9]{2})([0-9]{2})[0-9]{3}[0-9X]$/.exec(text);
	if (m === null)
		return false;
	const born = new Date(Date.UTC(m[1], m[2] - 1, m[3]));
	if (born.getUTCMonth() !== m[2] - 1 || born.getUTCDate() !== Number(m[3]) || Number(m[1]) < 1900 || born > Date.now())
		return false;
	return "10X98765432"[sum(text.slice(0, 17), ALNUM, (i) => 2 ** (17 - i) % 11) % 11] === text[17];
}

const CHECKS = {
	"credit-code": { size: 18, right: creditCode },
	"organisation-code": { size: 9, right: organisationCode },
	"resident-id": { size: 18, right: residentId },
};

function watch(input) {
	const check = CHECKS[input.dataset.check];
	const says = document.createElement("p");
	says.className = "small";
	says.id = `${input.id}-says`;
	input.after(says);
	input.setAttribute("aria-describedby", `${input.getAttribute("aria-describedby") ?? ""} ${says.id}`.trim());
	input.addEventListener("input", () => {
		const text = input.value.trim().toUpperCase();
		const length = text.replace("-", "").length;
		const right = check.right(text);
		says.setAttribute("aria-live", length < check.size ? "off" : "polite"); // counting is not worth a word at each key
		says.className = right ? "good" : length >= check.size ? "fault" : "small soft";
		if (text === "")
			says.textContent = "";
		else if (length < check.size)
			says.textContent = word("code-more", { have: length, size: check.size });
		else
			says.textContent = word(right ? "code-right" : "code-wrong");
	});
	input.addEventListener("change", () => {
		input.value = input.value.trim().toUpperCase();
	});
	if (input.value && !input.closest(".wrong"))
		input.dispatchEvent(new Event("input"));
}

if (typeof document !== "undefined")
	document.querySelectorAll("input[data-check]").forEach(watch);
