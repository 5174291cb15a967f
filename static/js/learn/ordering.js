/* Questions that ask for an order. They work without this.

   .question-ordering .question-rows > li > select + span
                              buttons in place of the position lists, and
                              words to go with them in .question [data-order-hint].
                              The order shown is the answer when the form is sent;
                              where answers are saved as they are given, once the
                              learner says so */
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
