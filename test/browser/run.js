// Runs the browser tests named on the command line, or all of them; screenshots go to $HUFU_SHOTS when it is set.

import { ends } from "./tap.js";

const ALL = ["pages", "form", "flow", "reach"];
const names = process.argv.slice(2);

for (const name of names.length > 0 ? names : ALL) {
	const { default: test } = await import(`./${name}_test.js`);
	await test();
}
process.exit(ends());
