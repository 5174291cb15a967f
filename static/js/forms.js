/* Forms.

   <form data-confirm="Revoke certificate 7Q2-…?" data-confirm-label="Revoke">
                              asks once, in a dialog, before it is sent
   .question-ordering .question-rows > li > select + span
                              buttons in place of the position lists, and
                              words to go with them in .question [data-order-hint].
                              The order shown is the answer when the form is sent;
                              where answers are saved as they are given, once the
                              learner says so
   [data-focus]               gets the focus when the page opens
   every POST form            is sent once, however often it is clicked */
document.querySelector("[data-focus]")?.focus();

const ask = (form, submitter) => {
  const dialog = document.createElement("dialog");
  const title = document.createElement("h2");
  title.textContent = form.dataset.confirm;
  title.id = "confirm-title";
  dialog.setAttribute("aria-labelledby", title.id);
  const row = document.createElement("div");
  row.className = "actions";
  const button = (label, kind, act) => {
    const b = document.createElement("button");
    b.type = "button";
    b.className = "button " + kind;
    b.textContent = label;
    b.addEventListener("click", () => { dialog.close(); act?.(); });
    row.append(b);
    return b;
  };
  button(form.dataset.confirmLabel || submitter?.textContent.trim() || "Continue", "button-danger", () => {
    form.dataset.confirmed = "yes";
    form.requestSubmit(submitter);
  });
  const cancel = button("Cancel", "");
  dialog.append(title, row);
  dialog.addEventListener("close", () => { dialog.remove(); submitter?.focus(); });
  document.body.append(dialog);
  dialog.showModal();
  cancel.focus();
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.confirm && !form.dataset.confirmed) {
    event.preventDefault();
    ask(form, event.submitter);
    return;
  }
  delete form.dataset.confirmed;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-disabled", "true");
  // A download or a lost connection leaves the page where it is.
  setTimeout(() => release(form), 8000);
});
const release = (form) => {
  delete form.dataset.sent;
  form.querySelectorAll("[aria-disabled]").forEach((b) => b.removeAttribute("aria-disabled"));
};
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

for (const list of document.querySelectorAll(".question-ordering .question-rows")) {
  const items = () => [...list.children];
  const live = document.createElement("p");
  live.className = "sr";
  live.setAttribute("role", "status");
  list.after(live);
  const name = (item) => item.querySelector("span").textContent.trim();
  const write = () => items().forEach((item, i) => {
    item.querySelector("select").value = String(i + 1);
    item.querySelector("[data-up]").setAttribute("aria-disabled", String(i === 0));
    item.querySelector("[data-down]").setAttribute("aria-disabled", String(i === list.children.length - 1));
  });
  const move = (item, by, button) => {
    const to = items().indexOf(item) + by;
    if (to < 0 || to >= list.children.length) return;
    if (by < 0) item.previousElementSibling.before(item);
    else item.nextElementSibling.after(item);
    write();
    button.focus();
    live.textContent = `${name(item)}: position ${to + 1} of ${list.children.length}`;
    item.querySelector("select").dispatchEvent(new Event("input", { bubbles: true }));
  };
  // Answered before: show that order. Else the learner's first move sets it.
  const position = (item) => Number(item.querySelector("select").value) || 99;
  const answered = items().every((item) => position(item) < 99);
  if (answered) items().sort((a, b) => position(a) - position(b)).forEach((item) => list.append(item));
  for (const item of items()) {
    item.querySelector("select").hidden = true;
    for (const [label, by, mark] of [["up", -1, "↑"], ["down", 1, "↓"]]) {
      const b = document.createElement("button");
      b.type = "button";
      b.className = "button button-small";
      b.textContent = mark;
      b.setAttribute(`data-${label}`, "");
      b.setAttribute("aria-label", `Move ${label}: ${name(item)}`);
      b.addEventListener("click", () => move(item, by, b));
      item.append(b);
    }
  }
  const form = list.closest("form");
  const saved = form?.hasAttribute("data-autosave");
  const hint = list.closest(".question-ordering").querySelector("[data-order-hint]");
  if (hint) {
    hint.textContent = "Put the lines in order with the arrows. " +
      (saved ? "If they stand right from the start, say so with the button below them." : "The order shown when you press Answer is your answer.");
  }
  if (answered) {
    write();
    continue;
  }
  if (!saved) {
    form?.addEventListener("submit", ({ submitter }) => { if (list.closest("section")?.contains(submitter) !== false) write(); });
    continue;
  }
  const keep = document.createElement("button");
  keep.type = "button";
  keep.className = "button button-quiet";
  keep.textContent = "Answer with the order as shown";
  keep.addEventListener("click", () => {
    write();
    items()[0].querySelector("[data-down]").focus();
    live.textContent = "Answered with the order as shown";
    list.querySelector("select").dispatchEvent(new Event("input", { bubbles: true }));
  });
  list.addEventListener("input", () => keep.remove());
  list.after(keep);
}
