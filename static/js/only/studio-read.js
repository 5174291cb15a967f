/* What the editor (studio.js) needs when somebody writes: the preview, lines that
   others changed, a text that this browser kept, and the place of what is wrong. */
const { desk } = document.querySelector("form[data-studio]");
const { area, base, part } = desk;

// weave brings edits of the text that was sent into what was typed since; false
// where somebody typed in the same place.
desk.weave = (sent, edits) => {
  const now = area.value;
  let head = 0;
  while (head < sent.length && sent[head] === now[head]) head++;
  let tail = 0;
  while (tail < Math.min(sent.length, now.length) - head && sent.at(-1 - tail) === now.at(-1 - tail)) tail++;
  const end = sent.length - tail;
  const moved = now === sent ? 0 : now.length - sent.length;
  if (now !== sent && edits.some((e) => e.to > head && e.at < end)) return false;
  for (const e of edits) { // the last first
    const by = e.to <= head && now !== sent ? 0 : moved;
    area.setRangeText(e.text, e.at + by, e.to + by, "preserve");
  }
  return true;
};

// button is one in a notice.
const button = (label, act) => {
  const b = document.createElement("button");
  b.type = "button";
  b.className = "button button-small";
  b.textContent = label;
  b.addEventListener("click", act);
  return b;
};

// tell shows what must not pass with the next save, until it is closed; "" takes it
// away.
desk.tell = (words) => {
  const box = part("told");
  const text = document.createElement("div");
  const said = document.createElement("p");
  const row = document.createElement("p");
  said.textContent = words;
  row.className = "actions";
  row.append(button("Close", () => { desk.tell(""); area.focus(); }));
  text.append(said, row);
  box.className = "notice notice-warn";
  box.hidden = !words;
  box.replaceChildren(...(words ? [text] : []));
};

// clean leaves out what nobody can mean, as the server does: internal/web/studio/tidy.go.
desk.clean = () => {
  const found = [...area.value.matchAll(/[\u00ad\u200b\u200e\u200f\u2060\ufeff]/g)].reverse();
  for (const { index } of found) area.setRangeText("", index, index + 1, "preserve");
  if (found.length) desk.tell(found.length === 1 ? "1 character that nobody can see was left out." : `${found.length} characters that nobody can see were left out.`);
};

// goTo selects a line.
desk.goTo = (n) => {
  const lines = area.value.split("\n");
  const line = lines[n - 1];
  if (line === undefined) return;
  const from = lines.slice(0, n - 1).reduce((sum, l) => sum + l.length + 1, 0);
  area.focus();
  area.setSelectionRange(from, from + line.length);
  area.scrollTop = area.scrollHeight * from / Math.max(area.value.length, 1) - area.clientHeight / 3;
  area.scrollIntoView({ block: "nearest" });
};
desk.refused = (error) => {
  const n = Number(/^Line (\d+):/.exec(error || "")?.[1]);
  if (n) desk.state.append(" ", button(`Show line ${n}`, () => desk.goTo(n)));
};
const wanted = Number(new URLSearchParams(location.search).get("line"));
if (wanted) desk.goTo(wanted);

const offer = (old) => {
  const box = part("kept");
  const text = document.createElement("div");
  const title = document.createElement("p");
  title.className = "notice-title";
  title.textContent = "This browser kept a text of this file that was not saved";
  const when = document.createElement("p");
  const minutes = Math.round((Date.now() - old.at) / 60000); // the profile's time zone is not the browser's
  const [many, unit] = minutes < 90 ? [minutes, "minute"] : minutes < 2880 ? [Math.round(minutes / 60), "hour"] : [Math.round(minutes / 1440), "day"];
  when.textContent = `From ${new Intl.RelativeTimeFormat("en-US", { numeric: "auto" }).format(-many, unit)}.`;
  const row = document.createElement("p");
  row.className = "actions";
  const choice = (label, act) => row.append(button(label, () => { box.hidden = true; act(); }), " ");
  choice("Put it into the text", () => {
    base.value = old.base;
    area.value = old.body;
    area.focus();
    area.dispatchEvent(new InputEvent("input", { bubbles: true }));
  });
  choice("Drop it", () => { desk.forget(); area.focus(); });
  text.append(title, when, row);
  box.className = "notice notice-warn";
  box.append(text);
  box.hidden = false;
};
const old = desk.kept();
if (old) {
  const lines = new Set(area.value.split("\n"));
  const arrived = old.body === area.value || old.sent && Number(base.value) > Number(old.base) && old.body.split("\n").every((l) => lines.has(l));
  if (arrived || !desk.opened) desk.forget();
  else offer(old);
}

const preview = part("preview");
const findings = part("findings");
const restFor = desk.readable ? 150 : 800; // a list is checked with the whole course
let timer = 0;
let asked = null;

const heads = () => [...area.value.matchAll(/^#{2,4} /gm)].map((m) => m.index);
const follow = () => {
  if (!preview) return;
  const caret = area.selectionStart;
  const at = heads();
  const n = at.filter((i) => i <= caret).length;
  const from = n ? at[n - 1] : 0;
  const to = at[n] ?? area.value.length;
  const titles = [...preview.querySelectorAll("h2, h3, h4")];
  const top = (e) => e.getBoundingClientRect().top - preview.getBoundingClientRect().top + preview.scrollTop;
  const begin = n && titles[n - 1] ? top(titles[n - 1]) : 0;
  const end = titles[n] ? top(titles[n]) : preview.scrollHeight;
  const y = begin + (end - begin) * (to > from ? (caret - from) / (to - from) : 0);
  if (y < preview.scrollTop + 40 || y > preview.scrollTop + preview.clientHeight - 60) preview.scrollTop = y - preview.clientHeight / 3;
};
const show = async () => {
  asked?.abort();
  const mine = asked = new AbortController();
  try {
    const { response, answer } = await desk.post(desk.at("preview"), { base: base.value, body: area.value }, { signal: mine.signal });
    if (!response.ok || mine.signal.aborted) return;
    if (preview) preview.innerHTML = answer.preview;
    findings.innerHTML = answer.findings;
    follow();
  } catch { /* the next letter asks again; saving says that there is no connection */ }
};
area.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(show, restFor);
});
area.addEventListener("studio-changed", show);
area.addEventListener("keyup", follow);
area.addEventListener("click", follow);
if (desk.dirty() && desk.opened) show();
