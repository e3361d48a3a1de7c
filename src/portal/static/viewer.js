// Papers beside the data: one at a time, larger, smaller, turned.

import { word } from "{{static words.js}}";

const viewer = document.getElementById("viewer");
const sheet = viewer.querySelector(".sheet");
const links = [...document.querySelectorAll("[data-view]")];
const STEPS = [25, 50, 75, 100, 150, 200, 300, 400];
let turn = 0;
let zoom = 100; // percent of the width of the sheet

// The leaf has the room that the turned paper takes, so that all of it can be scrolled to; the paper turns inside it.
function draw() {
	const leaf = sheet.querySelector(".leaf");
	if (leaf === null)
		return;
	const image = leaf.querySelector("img");
	const lies = turn % 180 === 90;
	const { naturalWidth: width, naturalHeight: height } = image;
	leaf.style.width = `${zoom}%`;
	leaf.style.aspectRatio = lies ? `${height} / ${width}` : `${width} / ${height}`;
	image.style.width = lies ? `${100 * width / height}%` : "100%";
	leaf.dataset.turned = turn;
	viewer.querySelector("[data-zoom]").textContent = `${zoom}%`;
}

function open(link) {
	turn = 0;
	zoom = 100;
	for (const other of links)
		other.removeAttribute("aria-current");
	link.setAttribute("aria-current", "true");
	viewer.querySelector("[data-name]").textContent = link.dataset.name;
	const leaf = document.createElement("div");
	const image = document.createElement("img");
	leaf.className = "leaf";
	image.src = link.href;
	image.alt = link.dataset.name;
	image.addEventListener("load", draw);
	image.addEventListener("error", () => leaf.replaceWith(word("unshown")));
	leaf.append(image);
	sheet.replaceChildren(leaf);
	viewer.hidden = false;
}

const step = (up) => {
	const next = up ? STEPS.find((s) => s > zoom) : STEPS.findLast((s) => s < zoom);
	zoom = next ?? zoom;
	draw();
};
viewer.querySelector("[data-larger]").addEventListener("click", () => step(true));
viewer.querySelector("[data-smaller]").addEventListener("click", () => step(false));
viewer.querySelector("[data-turn]").addEventListener("click", () => {
	turn = (turn + 90) % 360;
	draw();
});
for (const link of links)
	link.addEventListener("click", (event) => {
		event.preventDefault();
		open(link);
	});
if (links.length > 0)
	open(links[0]);
