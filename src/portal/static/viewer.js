// Papers beside the data: one at a time, larger, smaller, turned.

const viewer = document.getElementById("viewer");
const sheet = viewer.querySelector(".sheet");
const links = [...document.querySelectorAll("[data-view]")];
const STEPS = [25, 50, 75, 100, 150, 200, 300, 400];
let turn = 0;
let zoom = 100; // percent of the width of the sheet

function draw() {
	const image = sheet.querySelector("img");
	if (image === null)
		return;
	image.style.width = `${zoom}%`;
	image.style.transform = `rotate(${turn}deg)`;
	viewer.querySelector("[data-zoom]").textContent = `${zoom}%`;
}

function open(link) {
	turn = 0;
	zoom = 100;
	for (const other of links)
		other.toggleAttribute("aria-current", other === link);
	viewer.querySelector("[data-name]").textContent = link.dataset.name;
	const image = document.createElement("img");
	image.src = link.href;
	image.alt = link.dataset.name;
	sheet.replaceChildren(image);
	viewer.hidden = false;
	draw();
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
