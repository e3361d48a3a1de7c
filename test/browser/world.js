// The instance that the tests work on: started by world.py, asked line by line.

import { spawn } from "node:child_process";
import readline from "node:readline";
import { fileURLToPath } from "node:url";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

export class World {
	static async start() {
		const world = new World();
		world.child = spawn("python3", [here("world.py"), here("../../build")], { stdio: ["pipe", "pipe", "inherit"] });
		world.lines = readline.createInterface({ input: world.child.stdout })[Symbol.asyncIterator]();
		Object.assign(world, await world.answer());
		return world;
	}

	async answer() {
		const { value, done } = await this.lines.next();
		if (done)
			throw new Error("the instance has ended");
		return JSON.parse(value);
	}

	async ask(what) {
		this.child.stdin.write(`${JSON.stringify(what)}\n`);
		return this.answer();
	}

	plug = (name) => this.ask({ do: "plug", name });
	pull = (name) => this.ask({ do: "pull", name });
	newKey = (name, label = name) => this.ask({ do: "new_key", name, label });
	expect = (...lines) => this.ask({ do: "expect", lines });
	windows = async () => (await this.ask({ do: "windows" })).text;
	startAgent = () => this.ask({ do: "start_agent" });
	stopAgent = () => this.ask({ do: "stop_agent" });

	// The newest mail that holds all the parts, waited for.
	async mail(...parts) {
		for (let i = 0; i < 100; i++) {
			const { mails } = await this.ask({ do: "mails" });
			const found = mails.find((text) => parts.every((part) => text.includes(part)));
			if (found)
				return found;
			await new Promise((resolve) => setTimeout(resolve, 200));
		}
		throw new Error(`no mail with ${parts.join(", ")}`);
	}

	async stop() {
		this.child.stdin.end();
		await new Promise((resolve) => this.child.on("exit", resolve));
	}
}
