/* Revisions of answers, in a form[data-autosave].

   <input type="hidden" name="revision" value="17936496" data-revision>
     counts the changes, from a random number: of what this page sends the last
     stands, in whatever order it arrives.
   <input type="hidden" name="seen" value="4711">
     the revision that this page shows; what was saved is seen.
   <div data-newer hidden> … <button type="button" data-keep> … </div>
     appears when another page has saved meanwhile; the button keeps this one.

   <a class="answered flagged" data-tile="/learn/x/exam/a1/answers/q7">7<span class="sr">, answered, flagged</span></a>
   <span data-answered>12</span>
     show what a saved answer says of itself in {"state": "answered", "flagged": true}. */
for (const field of document.querySelectorAll("input[data-revision]")) {
  const form = field.form;
  const { seen } = form.elements;
  const newer = form.querySelector("[data-newer]");
  let standing = 0;
  form.addEventListener("input", () => {
    field.value = String(Number(field.value) + 1);
  });
  const hear = (name, act) => document.addEventListener(name, (event) => {
    if (event.detail.address === form.dataset.autosave) act(event.detail.answer);
  });
  hear("autosaved", (answer) => {
    seen.value = String(answer.revision);
    newer.hidden = true;
  });
  hear("autosavenewer", (answer) => {
    standing = answer.revision;
    newer.hidden = false;
  });
  newer.querySelector("[data-keep]").addEventListener("click", () => {
    seen.value = String(standing);
    form.querySelector("[data-question]").dispatchEvent(new Event("input", { bubbles: true }));
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
