/* Autosave. The form works without this; with it, every change is sent at once.

   <form method="post" data-autosave="/learn/x/exam/answers">
     <input type="hidden" name="attempt" value="…">   sent with every answer
     <fieldset data-question="q7"> … controls … </fieldset>
     <p data-saved role="status"></p>                 "Saved 21:04"

   A change in a [data-question] sends that fieldset's fields and the form's
   fields outside any [data-question], urlencoded, and waits for the one before
   it. The server answers 2xx, with JSON {"saved_at": RFC 3339, "clock": "21:04"}
   where it likes; otherwise JSON {"error": "…"}. What could not be sent stays
   in localStorage, is tried again, and is sent when the page is opened next.
   401 asks to sign in; 403, 404, 409, 410 and 422 are final and say why. */
for (const form of document.querySelectorAll("form[data-autosave]")) {
  const url = form.dataset.autosave;
  const key = "autosave " + url + " ";
  const status = form.querySelector("[data-saved]") || document.querySelector("[data-saved]");
  const pending = new Map(); // question → urlencoded body
  const timers = new Map();
  let sending = false;
  let delay = 0;

  const say = (text, bad) => {
    if (!status) return;
    status.textContent = text;
    status.classList.toggle("saved-bad", Boolean(bad));
  };
  const store = (question, body) => {
    try {
      if (body === null) localStorage.removeItem(key + question);
      else localStorage.setItem(key + question, body);
    } catch { /* private mode: the retry in memory remains */ }
  };
  const encode = (box) => {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      const owner = [...form.elements].find((el) => el.name === name)?.closest("[data-question]");
      if ((!owner || owner === box) && typeof value === "string") body.append(name, value);
    }
    return body.toString();
  };
  const clock = (answer) => {
    const at = answer.saved_at ? new Date(answer.saved_at) : new Date();
    return answer.clock || at.toTimeString().slice(0, 5);
  };

  async function send() {
    if (sending || pending.size === 0) return;
    sending = true;
    const [question, body] = pending.entries().next().value;
    say("Saving…");
    try {
      const response = await fetch(url, {
        method: "POST", body, keepalive: body.length < 60000,
        headers: { "Content-Type": "application/x-www-form-urlencoded", Accept: "application/json" },
      });
      const answer = await response.json().catch(() => ({}));
      if (response.ok) {
        delay = 0;
        done(question, body);
        if (pending.size === 0) say("Saved " + clock(answer));
      } else if ([403, 404, 409, 410, 422].includes(response.status)) {
        delay = 0;
        done(question, body);
        say("Not saved. " + (answer.error || "Please load this page again."), true);
      } else if (response.status === 401) {
        later("Not saved: you are signed out. Sign in in another tab; your answers are kept here.");
      } else {
        later();
      }
    } catch {
      later();
    }
    sending = false;
    if (delay === 0) send();
  }
  // done forgets what was sent, unless it was changed meanwhile.
  function done(question, body) {
    if (pending.get(question) !== body) return;
    pending.delete(question);
    store(question, null);
  }
  function later(text) {
    delay = Math.min(delay ? delay * 2 : 2000, 30000);
    say(text || "Not saved yet. We keep trying; your answer is kept on this device.", true);
    setTimeout(send, delay);
  }
  function queue(box) {
    const question = box?.dataset.question || "";
    clearTimeout(timers.get(question));
    timers.delete(question);
    const body = encode(box);
    pending.delete(question);
    pending.set(question, body);
    store(question, body);
    send();
  }

  form.addEventListener("input", (event) => {
    const box = event.target.closest("[data-question]");
    const question = box?.dataset.question || "";
    clearTimeout(timers.get(question));
    const typing = event.target.matches("textarea, input:not([type=radio], [type=checkbox])");
    timers.set(question, setTimeout(() => queue(box), typing ? 800 : 0));
  });
  addEventListener("online", () => send());
  addEventListener("pagehide", () => {
    for (const question of [...timers.keys()]) queue([...form.querySelectorAll("[data-question]")].find((el) => el.dataset.question === question));
  });
  form.addEventListener("submit", () => {
    timers.forEach(clearTimeout);
    timers.clear(); // the form itself carries everything
  });
  try {
    for (const name of Object.keys(localStorage)) {
      if (name.startsWith(key)) pending.set(name.slice(key.length), localStorage.getItem(name));
    }
  } catch { /* storage is closed to us */ }
  send();
}
