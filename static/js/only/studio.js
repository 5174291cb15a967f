/* The editor of a draft's file. The form works without this.

   <form action="/teach/x/file?path=…" data-studio="opened|typed"
         data-studio-more="/…/studio-read.js /…/studio-write.js"
         data-studio-sign="/…/studio-beside.js">
                                 its textarea "body" is saved while somebody types,
                                 under the change "base" that the text began as;
                                 "typed" is a text that is not stored as it stands.
                                 The other scripts come when somebody begins to write,
                                 the last soon after the page
     <span data-studio-state>    what became of it: "Saved 9:04 PM"
     <div data-studio-kept>      where a text is offered that this browser kept
     <div data-studio-told>      what was changed in the text, until it is closed
     <div data-studio-tools>     buttons to write with; without this they stay hidden
       <button data-studio-write="bold"> <button data-studio-find="fact">
   <div data-studio-preview>     as learners read it
   <div data-studio-findings>    what is wrong with it
   <div data-studio-people>      who else has the file open
   <dialog data-studio-dialog>   searches what a lesson can show, into
     <div data-studio-results>, whose buttons have the text in data-studio-text and
     what it is in data-studio-kind

   The server answers in JSON; internal/web/studio/live.go says how. What could not
   be sent stays in localStorage under the owner's mark, as autosave.js keeps
   answers, and is offered when the file is opened again. */
const form = document.querySelector("form[data-studio]");
if (form) {
  const area = form.elements.body;
  const { base, _owner: owner } = form.elements;
  let action = form.getAttribute("action");
  const part = (name) => document.querySelector(`[data-studio-${name}]`);
  const state = part("state");
  const key = () => `autosave ${owner.value} ${action} `;
  const opened = form.dataset.studio === "opened";
  // saved is what the server has, bad what it did not take.
  let saved = opened ? area.value : null;
  let bad = null;
  let sending = null;
  let again = false;
  // Nothing is sent any more until the person has chosen.
  let stopped = false;
  let rest = 0;
  let delay = 0;
  // The form itself is under way.
  let leaving = false;

  const say = (text, bad) => {
    state.textContent = text;
    state.classList.toggle("saved-bad", !!bad);
  };
  const post = async (address, fields, options = {}) => {
    const body = new FormData();
    for (const [name, value] of Object.entries({ _owner: owner.value, ...fields })) body.set(name, value);
    const response = await fetch(address, { method: "POST", body, redirect: "error", headers: { Accept: "application/json" }, ...options });
    return { response, answer: await response.json().catch(() => ({})) };
  };
  const dirty = () => area.value !== saved;
  const keep = (more = {}) => {
    try {
      localStorage.setItem(key(), new URLSearchParams({ base: base.value, body: area.value, at: Date.now(), ...more }));
    } catch { /* private mode, or full: the retry in memory remains */ }
  };
  const kept = () => {
    try {
      const body = localStorage.getItem(key());
      return body && Object.fromEntries(new URLSearchParams(body));
    } catch {
      return null;
    }
  };
  const forget = (text) => {
    try {
      if (text === undefined || kept()?.body === text) localStorage.removeItem(key());
    } catch { /* there was nothing either */ }
  };

  const took = (sent, answer) => {
    let edits = answer.edits || [];
    if (edits.length && !desk.weave?.(sent, edits)) {
      if (answer.said) {
        stopped = true;
        say("The lines that you are writing were changed elsewhere. Press Save to see both.", true);
        return;
      }
      edits = []; // the next save says it again
    }
    delay = 0;
    saved = edits.reduce((t, e) => t.slice(0, e.at) + e.text + t.slice(e.to), sent);
    base.value = answer.seq;
    forget(sent);
    if (answer.moved) { // the outline gave the file another name
      form.setAttribute("action", desk.action = action = answer.moved);
      history.replaceState(null, "", action);
    }
    say(`Saved ${answer.clock}` + (answer.said ? `. ${answer.said}` : ""));
    if (answer.note) desk.tell?.(answer.note);
    if (edits.length) area.dispatchEvent(new CustomEvent("studio-changed"));
    desk.people?.(answer.people);
  };
  const here = "Your text is kept in this browser.";
  const refused = (status, answer) => {
    if ([403, 404, 409, 410].includes(status)) stopped = true;
    if (status === 401) return `Not saved: you are signed out. Sign in in another tab. ${here}`;
    if (status === 409) return `Not saved: the same lines were changed elsewhere. ${here} Press Save to choose what stays.`;
    if (stopped || status === 422) return `Not saved. ${answer.error || ""} ${stopped ? here : ""}`;
    return `Not saved: the server did not take it. ${here}`;
  };
  const later = () => {
    delay = Math.min(delay ? delay * 2 : 3000, 30000);
    clearTimeout(rest);
    rest = setTimeout(() => save(), delay);
  };

  async function save(force, keepalive) {
    clearTimeout(rest);
    if (sending) {
      again = true;
      return;
    }
    if (stopped || !force && (!dirty() || area.value === bad)) return;
    again = false;
    desk.clean?.();
    const sent = area.value;
    keep();
    say("Saving…");
    sending = post(action, { base: base.value, body: sent, step: "autosave" }, { keepalive: !!keepalive && sent.length < 20000 });
    let response = {};
    try {
      const got = await sending;
      response = got.response;
      if (response.ok) took(sent, got.answer);
      else {
        if (response.status === 422) bad = sent;
        say(refused(response.status, got.answer), true);
        desk.refused?.(got.answer.error);
      }
    } catch {
      say(`Not saved: no connection. ${here}`, true);
    }
    sending = null;
    if (stopped || response.status === 422) return;
    if (!response.ok) later();
    else if (again && dirty()) save();
  }
  let keeping = 0;
  area.addEventListener("input", () => {
    clearTimeout(keeping);
    keeping = setTimeout(() => dirty() && keep(), 300);
    clearTimeout(rest);
    if (stopped) return;
    rest = setTimeout(() => save(), delay || 2000);
    if (!state.classList.contains("saved-bad")) say("");
  });
  area.addEventListener("blur", () => save());
  addEventListener("online", () => save());
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && save());
  addEventListener("pagehide", () => {
    if (dirty() && !leaving) {
      keep();
      save(true, true);
    }
  });
  // The form carries the text itself, but not beside a save that is under way: the
  // two would meet as if two people had written.
  form.addEventListener("submit", (event) => {
    clearTimeout(rest);
    if (sending) {
      const { submitter } = event;
      event.preventDefault();
      sending.catch(() => {}).finally(() => setTimeout(() => form.requestSubmit(submitter)));
      return;
    }
    if (!navigator.onLine) { // the browser's own page would take the place of this one
      event.preventDefault();
      keep();
      say(`Not saved: no connection. ${here}`, true);
      return;
    }
    leaving = true;
    setTimeout(() => { leaving = false; }, 8000); // the connection was lost
    if (dirty()) keep({ sent: "yes" });
  });
  addEventListener("pageshow", () => { leaving = false; });

  const desk = form.desk = { form, area, base, action, state, part, opened, post, say, save, dirty, kept, forget, more: () => more(), readable: Boolean(part("preview")), at: (name) => action.replace("/file?", `/${name}?`) };
  let loaded = null;
  const more = () => (loaded ??= Promise.all(form.dataset.studioMore.split(" ").map((address) => import(address))).catch(() => { loaded = null; }));
  area.addEventListener("focus", more);
  area.addEventListener("paste", (event) => {
    const data = event.clipboardData;
    const page = data?.getData("text/html");
    if (!page || !desk.readable) return;
    event.preventDefault();
    const text = data.getData("text/plain");
    more().then(() => (desk.paste ? desk.paste(page, text) : area.setRangeText(text, area.selectionStart, area.selectionEnd, "end")));
  });
  // Somebody has settled what stays of two changes.
  const chosen = /[?&]chosen=/.test(location.search);
  if (chosen) history.replaceState(null, "", action);
  if (chosen || !opened || kept()?.body === area.value) forget();
  else if (kept() || /[?&]line=/.test(location.search)) more();
  setTimeout(() => import(form.dataset.studioSign).catch(() => {}), 1500); // after the first view
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-studio-line]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    more().then(() => desk.goTo(Number(link.dataset.studioLine)));
  });
  const tools = part("tools");
  if (tools) {
    tools.hidden = false;
    tools.addEventListener("mousedown", (event) => event.preventDefault()); // the text keeps its selection
    tools.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) more().then(() => desk.act?.(button));
    });
  }
}
