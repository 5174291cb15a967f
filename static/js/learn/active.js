/* Active time: seconds in which the page was visible and somebody was there.

   <article data-active-url="/learn/x/lessons/y/time">
   <span data-active-total></span>        "12 min", as the server confirms it

   Every 15 s, and when the page is left, posts seconds (1 … 20), seq (1, 2, …
   for this opening of the page) and page (a random ID for it), urlencoded, with
   the mark of the page's owner if a form on it has one.
   Nobody is there after 60 s without key, pointer, scroll or touch, unless a video
   or a recording plays and the middle of it is in view: for what is played the
   first time on this page, and for no longer than it is. A loop plays to nobody.
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
  const media = new WeakMap(); // seconds of each that were played, and that stood for a sign of life
  const playing = (passed) => [...document.querySelectorAll("video, audio")].filter((m) => {
    const was = media.get(m) || { played: 0, stood: 0 };
    let played = 0;
    for (let i = 0; i < m.played.length; i++) played += m.played.end(i) - m.played.start(i);
    const { top, bottom } = m.getBoundingClientRect();
    const first = played > was.played && was.stood < m.duration && top + bottom > 0 && top + bottom < 2 * innerHeight;
    media.set(m, { played, stood: was.stood + (first ? passed : 0) });
    return first;
  }).length > 0;
  const body = () => {
    const data = new URLSearchParams({ seconds: String(Math.min(20, Math.round(seconds))), seq: String(++seq), page });
    if (owner) data.set("_owner", owner.value);
    seconds = 0;
    return data;
  };
  const count = () => {
    const now = performance.now();
    // A gap is a machine that slept, not a reader.
    const passed = now - last < 5000 ? (now - last) / 1000 : 0;
    if (playing(passed)) here();
    if (document.visibilityState === "visible" && now - seen < 60000) seconds += passed;
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
