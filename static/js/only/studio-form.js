/* A form of a draft's file. It works without this; with it, what somebody types is
   saved two seconds after the last letter, and when they look elsewhere.

   <form data-form="opened|typed">  posts all of it with step=autosave; "typed" shows
                                    what is not stored. The server answers in JSON;
                                    internal/web/studio/form_live.go says how
     <span data-form-state>         what became of it: "Saved 9:04 PM"
     <div data-form-kept>           where values are offered that this browser kept
   <div data-form-people>           who else has the file open
   <div id="form-findings">         what is wrong with it

   A field that is not right is marked, and the others are saved. What the server does
   not store by itself, an ID or what is to be added to a list, is named, and stays in
   this browser as well.

   What could not be sent stays in localStorage under the owner's mark, as autosave.js
   keeps answers, and is offered when the form is opened again. */
const form = document.querySelector("form[data-form]");
if (form) {
  const { base, _owner: owner } = form.elements;
  let action = form.getAttribute("action");
  const part = (name) => document.querySelector(`[data-form-${name}]`);
  const state = part("state");
  const key = () => `autosave ${owner.value} ${action} `;
  // own are of this page alone.
  const own = ["_owner", "_once", "step"];
  const values = () => [...new FormData(form)].filter(([name, value]) => !own.includes(name) && typeof value === "string");
  const typed = () => new URLSearchParams(values().filter(([name]) => name !== "base")).toString();
  // saved is what the server has.
  let saved = form.dataset.form === "opened" ? typed() : null;
  let sending = null;
  let again = false;
  // Nothing is sent any more until the page is loaded again.
  let stopped = false;
  // The form itself is under way.
  let leaving = false;
  let rest = 0;
  let delay = 0;

  const say = (text, bad) => {
    state.textContent = text;
    state.classList.toggle("saved-bad", !!bad);
  };
  const dirty = () => typed() !== saved;
  const keep = (step) => {
    try {
      const all = new URLSearchParams(values());
      if (step) all.set("_step", step);
      localStorage.setItem(key(), all.toString());
    } catch {
      // Private mode, or full: the retry in memory remains.
    }
  };
  const forget = () => {
    try {
      localStorage.removeItem(key());
    } catch {
      // There was nothing either.
    }
  };
  const post = async (address, body, options) => {
    const response = await fetch(address, { method: "POST", body, redirect: "error", headers: { Accept: "application/json" }, ...options });
    return { response, answer: await response.json().catch(() => ({})) };
  };
  const here = "What you typed is kept in this browser.";
  const waiting = () => [...form.elements].filter((el) => (/_add$/.test(el.name) ? el.value.trim() : /(^|\.)id$/.test(el.name) && el.value !== el.defaultValue));

  // mark says at each field what is wrong with it, in the place of what was said before.
  const mark = (wrong = []) => {
    form.querySelectorAll(".field-error, [aria-invalid]").forEach((el) => (el.matches("p") ? el.remove() : el.removeAttribute("aria-invalid")));
    for (const { id, msg } of wrong) {
      const el = document.getElementById(id);
      if (!el) continue;
      el.insertAdjacentHTML("beforebegin", `<p class="field-error" id="${id}-error"></p>`);
      el.previousSibling.textContent = msg;
      el.setAttribute("aria-invalid", true);
      el.setAttribute("aria-describedby", `${id}-hint ${id}-error`);
    }
  };
  const link = (textContent, href = action) => {
    state.append(" ", Object.assign(document.createElement("a"), { href, textContent }));
  };
  // told says what of the form is stored and what is not, and leads to that.
  const told = (text, wrong = []) => {
    say(wrong.length ? `The rest: ${text}` : text, wrong.length);
    mark(wrong);
    wrong.forEach((w) => link(`Not saved: ${w.label}. ${w.msg}`, `#${w.id}`));
    waiting().forEach((el) => link(`Not saved until you press Save: ${el.labels[0].textContent}`, `#${el.id}`));
  };

  // take puts into the form what somebody else saved, unless it was typed over meanwhile,
  // or is being written: the words under a caret do not change.
  const take = (theirs, sent) => {
    const was = new URLSearchParams(sent);
    const still = typed() === sent;
    const fields = theirs.map(([name, value]) => [form.elements[name], value]);
    const box = (el) => el.type === "checkbox";
    if (fields.some(([el]) => !el || el === document.activeElement || (box(el) ? el.checked !== was.has(el.name) : el.value !== was.get(el.name)))) return false;
    for (const [el, value] of fields) {
      if (box(el)) el.checked = value;
      else el.value = el.defaultValue = value;
    }
    if (still) saved = typed();
    return true;
  };
  // judged shows what is wrong with what is saved now, at its fields and below them.
  const judged = async () => {
    try {
      const response = await fetch(action, { redirect: "error" });
      const now = new DOMParser().parseFromString(await response.text(), "text/html");
      if (!response.ok || stopped) return;
      const all = "[data-form] .hint[id], #form-findings";
      for (const el of document.querySelectorAll(all)) {
        const html = now.getElementById(el.id)?.innerHTML ?? "";
        if (el.innerHTML !== html) el.innerHTML = html;
      }
      for (const hint of now.querySelectorAll(all)) {
        const el = !document.getElementById(hint.id) && document.getElementById(hint.id.slice(0, -5)); // without -hint
        if (!el) continue;
        el.before(hint);
        el.setAttribute("aria-describedby", hint.id);
      }
    } catch {
      // Saving says that there is no connection.
    }
  };

  async function save(last) {
    clearTimeout(rest);
    if (sending) {
      again = true;
      return;
    }
    if (stopped || !dirty()) return;
    const sent = typed();
    const body = new FormData(form);
    body.set("step", "autosave");
    keep();
    say("Saving…");
    sending = post(action, body, { keepalive: !!last && sent.length < 20000 });
    let status = 0;
    try {
      const { response, answer } = await sending;
      status = response.status;
      if (response.ok) {
        delay = 0;
        saved = sent;
        forget();
        const theirs = Object.entries(answer.values || {});
        if (!answer.reload && take(theirs, sent)) {
          base.value = answer.seq;
          // The outline gave the file another name.
          if (answer.moved) {
            form.setAttribute("action", action = answer.moved);
            history.replaceState(null, "", action);
          }
        } else stopped = true;
        if (dirty() || answer.wrong || waiting().length) keep();
        told(`Saved ${answer.clock}${theirs.length ? ", with what was changed elsewhere" : ""}`, answer.wrong);
        if (stopped) {
          state.append(" Look at what was changed elsewhere before you go on:");
          state.classList.add("saved-bad");
          link("Show it");
        }
        people(answer.people);
        if (!last) judged();
      } else {
        stopped = /40[349]|410/.test(status);
        mark(answer.wrong);
        say(`Not saved. ${status === 401 ? "You are signed out; sign in in another tab." : answer.error || ""} ${status === 409 ? "Press Save to choose what stays. " : ""}${here}`, true);
      }
    } catch {
      say(`Not saved: no connection. ${here}`, true);
    }
    sending = null;
    const more = again;
    again = false;
    if (stopped || status === 422) return;
    if (status < 200 || status > 299) {
      delay = Math.min(delay ? delay * 2 : 3000, 30000);
      rest = setTimeout(save, delay);
    } else if (more) save();
  }
  form.addEventListener("input", () => {
    clearTimeout(rest);
    keep();
    if (stopped) return;
    rest = setTimeout(save, delay || 2000);
    if (!state.classList.contains("saved-bad") && !waiting().length) say("");
  });
  addEventListener("online", () => save());
  document.addEventListener("visibilitychange", () => document.hidden && save());
  addEventListener("pagehide", () => {
    if (leaving || !dirty()) return;
    keep();
    save(true);
  });
  // The form carries the values itself, but not beside a save that is under way: the
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
      keep(event.submitter?.value);
      say(`Not saved: no connection. ${here}`, true);
      return;
    }
    leaving = true;
    // By then the connection was lost.
    setTimeout(() => { leaving = false; }, 8000);
    if (dirty()) keep(event.submitter?.value || "save");
  });
  addEventListener("pageshow", () => { leaving = false; });

  // A sign every twenty seconds that somebody has the file open.
  const people = (html) => {
    if (html !== undefined && part("people").innerHTML.trim() !== html.trim()) part("people").innerHTML = html;
  };
  setInterval(async () => {
    if (document.hidden || base.value === "0") return;
    try {
      const { response, answer } = await post(action.replace("/form?", "/here?"), new URLSearchParams({ _owner: owner.value }));
      if (response.ok) people(answer.people);
    } catch {
      // Saving says that there is no connection.
    }
  }, 20000);

  // What this browser kept is offered, with the change that it began as.
  const offer = (kept) => {
    const box = part("kept");
    box.hidden = false;
    box.className = "panel";
    box.append("This browser kept values of this form that were not saved. ");
    const button = (textContent, act) => {
      const onclick = () => { box.hidden = true; act(); };
      box.append(Object.assign(document.createElement("button"), { type: "button", className: "button button-small", textContent, onclick }), " ");
    };
    button("Take them", () => {
      for (const el of form.elements) {
        if (!el.name || own.includes(el.name)) continue;
        if (el.matches("[type=radio], [type=checkbox]")) el.checked = kept.getAll(el.name).includes(el.value);
        else if (kept.has(el.name)) el.value = kept.get(el.name);
      }
      save();
    });
    button("Drop them", forget);
  };
  // arrived reports whether what was sent with a button is what the page shows; one
  // that adds, moves or removes leaves another page.
  const arrived = (kept) => {
    const step = kept.get("_step");
    if (!step || Number(base.value) <= Number(kept.get("base"))) return false;
    const now = new URLSearchParams(saved);
    return step !== "save" || [...kept].every(([name, value]) => /^(_step|base|.*_add)$/.test(name) || now.getAll(name).includes(value));
  };
  // Somebody has settled what stays.
  if (/[?&]chosen=/.test(location.search)) {
    forget();
    history.replaceState(null, "", action);
  }
  try {
    const kept = new URLSearchParams(localStorage.getItem(key()) || "");
    const was = new URLSearchParams(kept);
    was.delete("base");
    was.delete("_step");
    if (saved === null || was.toString() === saved || arrived(kept)) forget();
    else if (was.size > 0) offer(kept);
  } catch {
    // Storage is closed to us.
  }
}
