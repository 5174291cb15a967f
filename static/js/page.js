/* Small things.

   <button data-copy="#id" hidden>     copies that element's text; data-copy="…"
                                       without # copies the words themselves
   <button data-print hidden>          prints the page
   <form data-theme-form>              changes the colors without a reload
   <time data-countdown datetime="…">  time left; data-now is the server's clock
                                       (RFC 3339); the form named by data-submit
                                       is sent at the end
   <form data-draft="/learn/x/evaluation 1" data-draft-owner="4f1c09aa">
                                       keeps what is typed in this browser under
                                       its owner's mark, as autosave does, until
                                       another element with this data-draft says
                                       that it was sent; data-draft-typed: shows
                                       what was typed since
   <p data-draft-kept="…">             says so instead of its own words */
let toast = null;
const tell = (text) => {
  if (!toast) {
    toast = document.createElement("p");
    toast.className = "toast";
    toast.setAttribute("role", "status");
    document.body.append(toast);
  }
  toast.hidden = false;
  toast.textContent = text;
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => { toast.hidden = true; }, 4000);
};

for (const b of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  b.hidden = false;
  b.addEventListener("click", async () => {
    const what = b.dataset.copy;
    const text = what.startsWith("#") ? document.querySelector(what)?.textContent.trim() : what;
    try {
      await navigator.clipboard.writeText(text || "");
      tell("Copied");
    } catch {
      tell("The browser did not allow copying. Please select the text and copy it.");
    }
  });
}
for (const b of document.querySelectorAll("[data-print]")) {
  b.hidden = false;
  b.addEventListener("click", () => print());
}

for (const form of document.querySelectorAll("[data-theme-form]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const theme = event.submitter?.value || "";
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
    form.querySelectorAll("button").forEach((b) => b.setAttribute("aria-pressed", String(b === event.submitter)));
    await fetch(form.action, { method: "POST", body: new URLSearchParams({ theme }), headers: { Accept: "application/json" } });
  });
}

// A menu that stays open behind the focus would cover what has it. Its own
// button is let be: its click closes the menu by itself.
for (const menu of document.querySelectorAll("nav[popover]")) {
  menu.addEventListener("focusout", ({ relatedTarget: to }) => {
    if (to && !menu.contains(to) && to.getAttribute("popovertarget") !== menu.id && menu.matches(":popover-open")) menu.hidePopover();
  });
}

for (const t of document.querySelectorAll("time[data-countdown]")) {
  const end = Date.parse(t.dateTime);
  const ahead = t.dataset.now ? Date.parse(t.dataset.now) - Date.now() : 0;
  const live = document.createElement("span");
  live.className = "sr";
  live.setAttribute("role", "status");
  t.after(live);
  let said = Infinity;
  const tick = () => {
    const left = Math.max(0, Math.ceil((end - Date.now() - ahead) / 1000));
    const h = Math.floor(left / 3600);
    const m = Math.floor(left / 60) % 60;
    t.textContent = (h ? h + ":" + String(m).padStart(2, "0") : m) + ":" + String(left % 60).padStart(2, "0") + " left";
    t.classList.toggle("timer-low", left <= 300);
    for (const mark of [900, 300, 60]) {
      if (left <= mark && said > mark) {
        if (said !== Infinity || left === mark) live.textContent = `${mark / 60} minute${mark === 60 ? "" : "s"} left`;
        said = mark;
      }
    }
    if (left > 0) return;
    clearInterval(timer);
    const form = t.dataset.submit && document.querySelector(t.dataset.submit);
    if (form?.hasAttribute("data-autosave-wait")) form.requestSubmit(); // what is kept here goes first
    else if (form) form.submit();
  };
  const timer = setInterval(tick, 1000);
  tick();
}

for (const el of document.querySelectorAll("[data-draft]")) {
  // The prefix makes autosave drop it where another owner sits down.
  const prefix = "autosave ";
  const key = prefix + el.dataset.draftOwner + " draft " + el.dataset.draft;
  const typed = () => new URLSearchParams([...new FormData(el)].filter(([, value]) => value)).toString();
  const fill = (values) => {
    for (const field of el.elements) {
      if (!field.name) continue;
      if (field.matches("[type=radio], [type=checkbox]")) field.checked = values.getAll(field.name).includes(field.value);
      else field.value = values.get(field.name) || "";
    }
  };
  try {
    for (const other of Object.keys(localStorage)) {
      if (other.startsWith(prefix) && !other.startsWith(prefix + el.dataset.draftOwner + " ")) localStorage.removeItem(other);
    }
    if (!(el instanceof HTMLFormElement)) {
      localStorage.removeItem(key);
      continue;
    }
    const kept = localStorage.getItem(key);
    if (kept !== null && !el.hasAttribute("data-draft-typed")) fill(new URLSearchParams(kept));
    const said = document.querySelector("[data-draft-kept]");
    if (said) said.textContent = said.dataset.draftKept;
    el.addEventListener("input", () => {
      try {
        localStorage.setItem(key, typed());
      } catch { /* full: the form works as without scripts */ }
    });
  } catch { /* storage is closed to us */ }
}
