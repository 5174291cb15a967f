/* Revisions of answers.

   <input type="hidden" name="revision" value="1793649600000" data-revision="1793649600000">
     in a form[data-autosave]: the server's clock in milliseconds when the page
     was made. Every change sets the value to that clock's present, so that of two
     pages the later change wins, in whatever order they arrive.

   <a class="answered flagged" data-tile="/learn/x/exam/a1/answers/q7">7<span class="sr">, answered, flagged</span></a>
   <span data-answered>12</span>
     show what a saved answer says of itself in {"state": "answered", "flagged": true}. */
for (const field of document.querySelectorAll("input[data-revision]")) {
  const ahead = Number(field.dataset.revision) - Date.now();
  field.form.addEventListener("input", () => {
    field.value = String(Math.max(Number(field.value) + 1, Math.round(Date.now() + ahead)));
  });
}

document.addEventListener("autosaved", (event) => {
  const { address, answer } = event.detail;
  const tile = document.querySelector(`[data-tile="${address}"]`);
  if (!tile || !answer.state) return;
  tile.classList.toggle("answered", answer.state === "answered");
  tile.classList.toggle("partly", answer.state === "partly answered");
  tile.classList.toggle("flagged", answer.flagged);
  tile.lastElementChild.textContent = ", " + answer.state + (answer.flagged ? ", flagged" : "");
  document.querySelector("[data-answered]").textContent = String(document.querySelectorAll("[data-tile].answered").length);
});
