/* Reading helps.

   <sup class="cite"><a href="#ref-2">2</a></sup>
        shows the reference on hover and focus; a click still goes to the list
   <button class="term" popovertarget="x">word</button>
   <span class="term-note" id="x" popover>meaning</span>
        is the browser's own; this places it where CSS cannot yet
   <nav class="outline">
        begins at the lesson that is open
   <p data-place="4f1c09aa" hidden>… <a></a></p>
        leads to the heading at which this page was left, kept in this browser
        under its owner's mark as autosave does */
const outline = document.querySelector(".outline");
const here = outline?.querySelector('[aria-current="page"]');
if (here) outline.scrollTop += here.getBoundingClientRect().top - outline.getBoundingClientRect().top - outline.clientHeight / 2;

const back = document.querySelector("[data-place]");
if (back) {
  const key = "autosave " + back.dataset.place + " place " + location.pathname;
  const headings = [...document.querySelectorAll(".prose [id^='s-']")];
  try {
    const left = headings.find((h) => h.id === localStorage.getItem(key));
    if (left && !location.hash) {
      back.lastElementChild.hash = left.id;
      back.lastElementChild.textContent = left.textContent;
      back.hidden = false;
    }
  } catch { /* storage is closed to us */ }
  document.addEventListener("visibilitychange", () => {
    const at = headings.findLast((h) => h.getBoundingClientRect().top < innerHeight / 2);
    try {
      if (document.visibilityState === "hidden" && at && scrollY) localStorage.setItem(key, at.id);
    } catch { /* nothing is kept */ }
  });
}

const place = (pop, at) => {
  const box = at.getBoundingClientRect();
  pop.style.position = "fixed";
  pop.style.positionArea = "none";
  pop.style.inset = "auto";
  pop.style.left = Math.max(16, Math.min(box.left, innerWidth - pop.offsetWidth - 16)) + "px";
  const below = box.bottom + 6 + pop.offsetHeight < innerHeight;
  pop.style.top = (below ? box.bottom + 6 : Math.max(8, box.top - pop.offsetHeight - 6)) + "px";
};

if (HTMLElement.prototype.showPopover) {
  if (!CSS.supports("position-area", "block-end")) {
    document.addEventListener("toggle", (event) => {
      if (event.newState !== "open" || !event.target.matches?.(".term-note")) return;
      const at = document.querySelector(`[popovertarget="${CSS.escape(event.target.id)}"]`);
      if (at) place(event.target, at);
    }, true);
  }

  let card = null;
  let timer = 0;
  const hide = () => {
    clearTimeout(timer);
    timer = setTimeout(() => card?.matches(":popover-open") && card.hidePopover(), 150);
  };
  const show = (cite) => {
    const ref = document.getElementById(cite.hash.slice(1));
    if (!ref) return;
    if (!card) {
      card = document.createElement("div");
      card.className = "pop";
      card.popover = "manual";
      card.setAttribute("aria-hidden", "true"); // the link leads to the same text
      card.addEventListener("pointerenter", () => clearTimeout(timer));
      card.addEventListener("pointerleave", hide);
      document.body.append(card);
    }
    clearTimeout(timer);
    timer = setTimeout(() => {
      card.textContent = ref.textContent.trim().replace(/\s+/g, " ");
      card.showPopover();
      place(card, cite);
    }, 120);
  };
  for (const type of ["pointerover", "focusin"]) {
    document.addEventListener(type, (event) => {
      const cite = event.target.closest?.(".cite a[href^='#']");
      if (cite && event.pointerType !== "touch") show(cite);
    });
  }
  for (const type of ["pointerout", "focusout"]) {
    document.addEventListener(type, (event) => event.target.closest?.(".cite a") && hide());
  }
  document.addEventListener("keydown", (event) => event.key === "Escape" && card?.matches(":popover-open") && card.hidePopover());
}
