// Asks once more before what cannot be taken back: a button's data-sure is the question.

for (const button of document.querySelectorAll("[data-sure]"))
	button.addEventListener("click", (event) => {
		if (!confirm(button.dataset.sure))
			event.preventDefault();
	});
