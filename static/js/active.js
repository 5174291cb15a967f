/* Active time: seconds in which the page was visible and somebody was there.

   <article data-active-url="/learn/x/lessons/y/time">
   <span data-active-total></span>        "12 min", as the server confirms it

   Every 15 s, and when the page is left, posts seconds (1 … 20), seq (1, 2, …
   for this opening of the page) and page (a random ID for it), urlencoded, with
   the mark of the page's owner if a form on it has one.
   Nobody is there after 60 s without key, pointer, scroll or touch.
   The server may answer JSON {"total": "12 min"}. */
const counted = document.querySelector("[data-active-url]");
if (counted) {
  const owner = document.querySelector("[name=_owner]");
  const page = crypto.randomUUID?.() || String(Math.random()).slice(2);
  let seconds = 0;
  let seq = 0;
  let seen = performance.now();
  let last = seen;
  const here = () => { seen = performance.now(); };
  for (const type of ["pointerdown", "pointermove", "keydown", "scroll", "touchstart", "wheel"]) {
    addEventListener(type, here, { passive: true });
  }
  const body = () => {
    const data = new URLSearchParams({ seconds: String(Math.min(20, Math.round(seconds))), seq: String(++seq), page });
    if (owner) data.set("_owner", owner.value);
    seconds = 0;
    return data;
  };
  const count = () => {
    const now = performance.now();
    // A gap is a machine that slept, not a reader.
    if (document.visibilityState === "visible" && now - seen < 60000 && now - last < 5000) seconds += (now - last) / 1000;
    last = now;
  };
  setInterval(async () => {
    count();
    if (seconds < 15) return;
    try {
      const response = await fetch(counted.dataset.activeUrl, { method: "POST", body: body(), headers: { Accept: "application/json" } });
      const answer = await response.json();
      const total = document.querySelector("[data-active-total]");
      if (total && answer.total) total.textContent = answer.total;
    } catch { /* lost seconds are not made up */ }
  }, 1000);
  document.addEventListener("visibilitychange", () => {
    count();
    if (document.visibilityState === "hidden" && seconds >= 1) navigator.sendBeacon(counted.dataset.activeUrl, body());
    last = performance.now();
    here();
  });
}
