/* The outline of a draft. Its buttons work without this.

   <form data-outline>                  ="failed" where nothing was saved
     <span data-outline-state>          what became of a title that was typed
     <p data-outline-hint hidden>       says how, where this runs
     <p data-outline-said>              what was moved, for those who hear it
     <section data-outline-row="modules/01-a"> <li data-outline-row="modules/01-a/01-b.md">
       <button data-outline-up> <button data-outline-down>

   Alt with an arrow in a row presses its button; the focus stays in that title on
   the next page. A title that is typed saves itself. A lesson that is dropped on
   another of its module takes its place: from above it goes behind it, from below
   before it. In another module the half of the line says which. */
const form = document.querySelector("form[data-outline]");
if (form) {
  const kept = "outline " + location.pathname;
  const said = document.querySelector("[data-outline-said]");
  document.querySelector("[data-outline-hint]").hidden = false;
  const title = (row) => row.querySelector("input[type=text]");
  const rows = () => [...form.querySelectorAll("[data-outline-row]")];
  // What stays of a row when it moves: its title, and its name without the number.
  const name = (row) => `${title(row).value} ${row.dataset.outlineRow.replace(/^.*\/\d*/, "")}`;
  const remember = (row) => sessionStorage.setItem(kept, JSON.stringify([name(row), rows().indexOf(row)]));
  form.addEventListener("keydown", (event) => {
    if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    const row = event.target.closest("[data-outline-row]");
    const button = row?.querySelector(event.key === "ArrowUp" ? "[data-outline-up]" : "[data-outline-down]");
    event.preventDefault();
    if (!button || button.closest("[data-outline-row]") !== row) {
      said.textContent = "It stands at the end already.";
      return;
    }
    remember(row);
    form.requestSubmit(button);
  });
  form.addEventListener("submit", ({ submitter }) => {
    const row = submitter?.closest("[data-outline-row]");
    if (row) remember(row);
  });
  const [last, from] = JSON.parse(sessionStorage.getItem(kept) || "[]");
  sessionStorage.removeItem(kept);
  const back = last && rows().find((row) => name(row) === last);
  if (back) {
    back.closest("details")?.setAttribute("open", "");
    title(back).focus();
    if (form.dataset.outline !== "failed" && rows().indexOf(back) !== from) said.textContent = `Moved: ${title(back).value}`;
  }

  // A title saves itself; the hidden field beside it has the one that is stored.
  const state = document.querySelector("[data-outline-state]");
  const say = (text, bad) => {
    if (!state) return;
    state.textContent = text;
    state.classList.toggle("saved-bad", Boolean(bad));
  };
  const stored = (input) => form.elements[input.name.replace(/^title /, "was ")];
  const touched = () => [...form.querySelectorAll("input[type=text]")].filter((i) => i.value.trim() !== stored(i).value.trim());
  let timer = 0;
  let sending = null;
  let leaving = false;
  const save = async (last) => {
    clearTimeout(timer);
    const all = touched();
    const full = all.filter((i) => i.value.trim());
    for (const i of form.querySelectorAll("input[type=text]")) i.setAttribute("aria-invalid", String(all.includes(i) && !full.includes(i)));
    if (full.length < all.length) say("A title is empty. Give it one; what stands there stays until then.", true);
    if (sending || leaving || !full.length) return;
    const body = new FormData();
    const sent = full.map((i) => [i, i.value]);
    for (const own of ["_owner", "base"]) body.set(own, form.elements[own].value);
    body.set("step", "save");
    for (const [i, value] of sent) {
      body.set(i.name, value);
      body.set(stored(i).name, stored(i).value);
    }
    sending = fetch(form.getAttribute("action"), { method: "POST", body, redirect: "error", keepalive: last === true, headers: { Accept: "application/json" } });
    try {
      const response = await sending;
      const answer = await response.json().catch(() => ({}));
      if (response.ok) {
        for (const [i, value] of sent) stored(i).value = value;
        if (full.length === all.length) say(`Saved ${answer.clock}`);
      } else say(`Not saved. ${answer.error || ""}`, true);
    } catch {
      say("Not saved: no connection. It is tried again with the next letter.", true);
    }
    sending = null;
    if (sent.some(([i, value]) => i.value !== value)) timer = setTimeout(save, 1000); // typed meanwhile
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, 1000);
  });
  form.addEventListener("change", save);
  // The form carries the titles itself, but not beside a save that is under way: the two
  // would meet as if two people had written. A second press is none.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (!sending && !leaving) {
      leaving = true;
      setTimeout(() => { leaving = false; }, 8000); // the connection was lost
      return;
    }
    event.preventDefault();
    const { submitter } = event;
    if (!leaving) sending.catch(() => {}).finally(() => setTimeout(() => form.requestSubmit(submitter)));
  });
  addEventListener("pageshow", () => { leaving = false; });
  addEventListener("pagehide", () => save(true));
  addEventListener("beforeunload", (event) => {
    if (!leaving && state.classList.contains("saved-bad") && touched().length) event.preventDefault();
  });

  let dragged = null;
  const behind = (row, event) => {
    if (row.parentElement === dragged.parentElement) return Boolean(dragged.compareDocumentPosition(row) & Node.DOCUMENT_POSITION_FOLLOWING);
    const { top, height } = row.getBoundingClientRect();
    return event.clientY > top + height / 2;
  };
  for (const row of form.querySelectorAll("li[data-outline-row]")) {
    row.draggable = true;
    row.addEventListener("dragstart", (event) => {
      if (event.target.closest("input")) return;
      dragged = row;
      event.dataTransfer.effectAllowed = "move";
    });
    row.addEventListener("dragover", (event) => {
      if (dragged && dragged !== row) event.preventDefault();
    });
    row.addEventListener("drop", (event) => {
      event.preventDefault();
      if (!dragged || dragged === row) return;
      remember(dragged);
      const step = document.createElement("button");
      step.name = "step";
      step.value = `${behind(row, event) ? "after" : "before"} ${dragged.dataset.outlineRow} ${row.dataset.outlineRow}`;
      step.hidden = true;
      form.append(step);
      form.requestSubmit(step);
    });
  }
  form.addEventListener("dragend", () => { dragged = null; });
}
