// The button that prints a page; without script the page says how.

const button = document.querySelector("[data-print]");

button.hidden = false;
button.addEventListener("click", () => print());
