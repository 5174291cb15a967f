/* Revisions of answers.

   <input type="hidden" name="revision" value="1793649600000" data-revision="1793649600000">
     in a form[data-autosave]: the server's clock in milliseconds when the page
     was made. Every change sets the value to that clock's present, so that of two
     pages the later change wins, in whatever order they arrive. */
for (const field of document.querySelectorAll("input[data-revision]")) {
  const ahead = Number(field.dataset.revision) - Date.now();
  field.form.addEventListener("input", () => {
    field.value = String(Math.max(Number(field.value) + 1, Math.round(Date.now() + ahead)));
  });
}
