// "ok" and "not ok" lines, and what fails told under its line.

let failed = 0;

// Runs one check; work throws, or returns a text that says what is wrong, or nothing.
export async function check(name, work) {
	let wrong;
	try {
		wrong = await work();
	} catch (error) {
		wrong = error.stack ?? String(error);
	}
	if (!wrong) {
		console.log(`ok - ${name}`);
		return true;
	}
	failed++;
	console.log(`not ok - ${name}`);
	for (const line of String(wrong).split("\n").slice(0, 12))
		console.log(`# ${line}`);
	return false;
}

export const equal = (got, wanted) => (got === wanted ? "" : `got ${JSON.stringify(got)}, wanted ${JSON.stringify(wanted)}`);
export const has = (text, part) => (text.includes(part) ? "" : `${JSON.stringify(part)} is not in ${JSON.stringify(text.slice(0, 300))}`);
export const ends = () => (failed > 0 ? 1 : 0);
