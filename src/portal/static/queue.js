// The queue by keyboard: j and k move, Enter opens, as in the line of help under the table.

const rows = [...document.querySelectorAll("#queue tbody tr")];
let at = -1;

function go(to) {
	rows[at]?.classList.remove("here");
	at = Math.max(0, Math.min(rows.length - 1, to));
	rows[at].classList.add("here");
	rows[at].querySelector("a").focus({ preventScroll: true });
	rows[at].scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
	if (rows.length === 0 || event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, select, textarea"))
		return;
	if (event.key === "j")
		go(at + 1);
	else if (event.key === "k")
		go(at - 1);
});
