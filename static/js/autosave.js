/* Autosave. The forms work without this; with it, every change is sent at once.

   <form method="post" data-autosave="/learn/x/exam/a1/answers/q7" data-autosave-owner="4f1c09aa"
         data-autosave-scope="/learn/x/exam/a1/">
     <input type="hidden" name="attempt" value="…">   sent with every answer
     <fieldset data-question="q7"> … controls … </fieldset>
     <p data-saved role="status"></p>                 "Saved 9:04 PM"

   A change in a [data-question] sends that fieldset's fields and the form's
   fields outside any [data-question], urlencoded, and waits for the one before
   it. Typing is sent when it rests, and every five seconds while it does not.
   The server answers 2xx, with JSON {"saved_at": RFC 3339, "clock": "9:04 PM"}
   where it likes, which the event "autosaved" of the document then tells with
   the address; otherwise JSON {"error": "…"}. 401 asks to sign in; 403, 404,
   409, 410 and 422 are final and say why. A 409 with "revision" is a choice of
   the person's, which the event "autosavenewer" tells where the form is. Until
   they have chosen the answer stays on the device; [data-autosave-drop] drops it.

   What could not be sent stays in localStorage under its owner's mark and is
   tried again. A browser may be shared: what another owner left is dropped. The
   page that is opened next puts what it finds into its controls and sends it,
   unless data-autosave-typed says that it shows what was typed since; a control
   with data-autosave-own, which tells this page from others, keeps its value. Every
   element with an owner and a scope sends what was left for addresses that begin
   with the scope; data-autosave-reload then loads the page again.

   <form method="post" data-autosave-wait>            is held until all is sent */
const root = document.querySelector("[data-autosave-owner]");
if (root) {
  const mark = "autosave " + root.dataset.autosaveOwner + " ";
  const scope = root.dataset.autosaveScope;
  const forms = [...document.querySelectorAll("form[data-autosave]")];
  const holds = [...document.querySelectorAll("form[data-autosave-wait]")];
  const status = document.querySelector("[data-saved]");
  const waiting = new Map(); // key → urlencoded body, in the order of sending
  const typing = new Map(); // key → form, box, begin and timer of a change that waits for the next
  let sending = null; // key, body and AbortController of the request under way
  let submitted = null; // the form that is being sent itself
  let reached = null; // the form whose server answered, whatever the browser says of its network
  let refused = "";
  let delay = 0;
  let retry = 0;

  const offline = "You are offline. What you typed is kept on this device; go on when the connection is back.";
  const say = (text, bad) => {
    if (!status) return;
    status.textContent = text;
    status.classList.toggle("saved-bad", Boolean(bad));
  };
  const keyOf = (form, box) => mark + form.dataset.autosave + " " + (box?.dataset.question || "");
  const address = (key) => key.slice(mark.length).split(" ")[0];
  const ours = (key) => Boolean(scope) && address(key).startsWith(scope) || forms.some((form) => form.dataset.autosave === address(key));
  const keep = (key, body) => {
    waiting.delete(key);
    waiting.set(key, body);
    try {
      localStorage.setItem(key, body);
    } catch { /* private mode: the retry in memory remains */ }
  };
  // forget drops what was sent, unless it was changed meanwhile.
  const forget = (key, body) => {
    if (waiting.get(key) !== body) return;
    waiting.delete(key);
    try {
      if (localStorage.getItem(key) === body) localStorage.removeItem(key); // and not another page's
    } catch { /* there was nothing either */ }
  };
  // collect takes over what was left behind, by this page or another one.
  const collect = () => {
    try {
      for (const key of Object.keys(localStorage)) {
        if (!key.startsWith("autosave ")) continue;
        if (!key.startsWith(mark)) localStorage.removeItem(key);
        else if (ours(key) && !waiting.has(key)) waiting.set(key, localStorage.getItem(key));
      }
    } catch { /* storage is closed to us */ }
  };
  // fields are those of a box and those outside any.
  const fields = (form, box) => [...form.elements].filter((el) => {
    const of = el.closest("[data-question]");
    return el.name && (!of || of === box);
  });
  const encode = (form, box) => {
    const names = new Set(fields(form, box).map((el) => el.name));
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (names.has(name) && typeof value === "string") body.append(name, value);
    }
    return body.toString();
  };
  const fill = (form, box, body) => {
    const values = new URLSearchParams(body);
    for (const el of fields(form, box)) {
      if (el.matches("[data-autosave-own]")) continue;
      if (el.matches("[type=radio], [type=checkbox]")) el.checked = values.getAll(el.name).includes(el.value);
      else if (values.has(el.name)) el.value = values.get(el.name);
    }
  };

  const post = (key, body, signal) => fetch(address(key), {
    method: "POST", body, signal, redirect: "error", keepalive: body.length < 60000,
    headers: { "Content-Type": "application/x-www-form-urlencoded", Accept: "application/json" },
  });
  async function send() {
    clearTimeout(retry);
    if (sending || waiting.size === 0) return;
    const [key, body] = waiting.entries().next().value;
    sending = { key, body, abort: new AbortController() };
    say("Saving…");
    let again = holds.length ? "Not everything on this device is saved yet. We keep trying; submit when it is."
      : "Not saved yet. We keep trying; your answer is kept on this device.";
    let clock = "";
    try {
      const response = await post(key, body, sending.abort.signal);
      const answer = await response.json().catch(() => ({}));
      const tell = (name) => document.dispatchEvent(new CustomEvent(name, { detail: { address: address(key), answer } }));
      if (response.ok) {
        clock = answer.clock || (answer.saved_at ? new Date(answer.saved_at) : new Date()).toLocaleTimeString("en-US", { hour: "numeric", minute: "2-digit" });
        again = "";
        tell("autosaved");
      } else if ([403, 404, 409, 410, 422].includes(response.status)) {
        refused = "Not saved. " + (answer.error || "Please load this page again.");
        again = "";
        if (response.status === 409 && answer.revision) {
          waiting.delete(key); // it stays on the device until the person has chosen
          if (forms.some((form) => form.dataset.autosave === address(key))) tell("autosavenewer");
          else refused += " Open it to choose.";
        }
      } else if (response.status === 401) {
        again = "Not saved: you are signed out. Sign in in another tab; your answers are kept here.";
      }
    } catch {
      if (!navigator.onLine) again = offline;
    }
    sending = null;
    if (again) {
      later(key, again);
      return;
    }
    delay = 0;
    forget(key, body);
    if (waiting.size > 0) send();
    else if (refused) say(refused, true);
    else if (root.hasAttribute("data-autosave-reload")) location.reload();
    else say("Saved " + clock);
  }
  // later lets the others go first, and tries again.
  function later(key, text) {
    const body = waiting.get(key);
    waiting.delete(key);
    waiting.set(key, body);
    delay = Math.min(delay ? delay * 2 : 2000, 30000);
    say(text, true);
    clearTimeout(retry);
    retry = setTimeout(send, delay);
  }
  // settle keeps the changes that wait for the next one, without sending them.
  const settle = () => {
    for (const [key, { form, box, timer }] of typing) {
      clearTimeout(timer);
      keep(key, encode(form, box));
      refused = "";
    }
    typing.clear();
  };

  // submitIfReached asks the server itself: without a network, the one on this
  // computer still answers.
  async function submitIfReached(form, submitter) {
    try {
      await fetch(location.href, { method: "HEAD", cache: "no-store" });
    } catch {
      send();
      say(offline, true);
      return;
    }
    reached = form;
    form.requestSubmit(submitter);
    reached = null;
  }

  for (const form of forms) {
    form.addEventListener("input", (event) => {
      const box = event.target.closest("[data-question]");
      const key = keyOf(form, box);
      const { timer, begin = performance.now() } = typing.get(key) || {};
      clearTimeout(timer);
      const slow = event.target.matches("textarea, input:not([type=radio], [type=checkbox])");
      const rest = Math.min(800, begin + 5000 - performance.now());
      submitted = null;
      typing.set(key, { form, box, begin, timer: setTimeout(() => { settle(); send(); }, slow ? rest : 0) });
    });
    form.addEventListener("submit", (event) => {
      settle(); // until the server has it
      if (!navigator.onLine && form !== reached) {
        event.preventDefault(); // the browser's own page would take the place of this one
        submitIfReached(form, event.submitter);
        return;
      }
      submitted = form;
    });
  }
  for (const form of holds) {
    form.addEventListener("submit", (event) => {
      collect();
      if (waiting.size === 0) return;
      event.preventDefault();
      send();
      say("Not submitted yet: an answer on this device is not saved. We are saving it; then submit again.", true);
    });
  }
  for (const link of document.querySelectorAll("[data-autosave-drop]")) {
    link.addEventListener("click", () => {
      for (const key of forms.flatMap((form) => [...form.querySelectorAll("[data-question]")].map((box) => keyOf(form, box)))) {
        waiting.delete(key);
        localStorage.removeItem(key);
      }
    });
  }
  addEventListener("online", () => send());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "hidden" || typing.size === 0) return;
    settle();
    send();
  });
  addEventListener("pagehide", () => {
    settle();
    for (const [key, body] of waiting) {
      if (submitted?.dataset.autosave === address(key)) continue; // the form carries it
      if (sending?.key === key) {
        if (sending.body === body) continue; // it outlives the page
        sending.abort.abort();
      }
      post(key, body).catch(() => {});
    }
  });

  collect();
  for (const form of forms) {
    for (const box of [...form.querySelectorAll("[data-question]"), null]) {
      const key = keyOf(form, box);
      if (!waiting.has(key)) continue;
      if (form.hasAttribute("data-autosave-typed")) forget(key, waiting.get(key));
      else fill(form, box, waiting.get(key));
    }
  }
  send();
}

// Signing out clears this device: what is on no other place is told first.
document.addEventListener("submit", ({ target: form }) => {
  if (!form.matches('[action="/logout"]')) return;
  let kept = false;
  try {
    kept = Object.keys(localStorage).some((key) => /^autosave \S+ (?!place )/.test(key));
  } catch { /* nothing was kept */ }
  if (!kept) return;
  form.dataset.confirm = "What you typed on this device is not saved yet. To save it, open the page where you typed it. Sign out and lose it?";
  form.dataset.confirmLabel = "Sign out";
});
