/* Forms.

   <form data-confirm="Revoke certificate 7Q2-…?" data-confirm-label="Revoke">
                              asks once, in a dialog, before it is sent
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
