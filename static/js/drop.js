/* A file dropped onto a form.

   <form data-drop data-max="BYTES">  a file dropped anywhere on the page is put
                                      into its file field and sent; .drop-here is
                                      shown only where this works */
const dropForm = document.querySelector("form[data-drop]");
if (dropForm) {
  const input = dropForm.querySelector('input[type="file"]');
  const note = dropForm.querySelector(".drop-here");
  note.hidden = false;
  note.setAttribute("role", "status");
  const usable = (files) => {
    if (files.length === 1 && files[0].size <= Number(dropForm.dataset.max)) return true;
    note.textContent = files.length === 1 ? "This file is too large to be a certificate of ours." : "Please drop one file at a time.";
    return false;
  };
  const over = (on) => dropForm.classList.toggle("drop-over", on);
  addEventListener("dragover", (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    over(true);
  });
  addEventListener("dragleave", (event) => { if (!event.relatedTarget) over(false); });
  addEventListener("drop", (event) => {
    over(false);
    const files = event.dataTransfer.files;
    if (!files.length) return;
    event.preventDefault();
    if (!usable(files)) return;
    input.files = files;
    dropForm.requestSubmit();
  });
  input.addEventListener("change", () => { if (input.files.length && !usable(input.files)) input.value = ""; });
}
