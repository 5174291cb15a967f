/* What writes Markdown in the editor (studio.js): its buttons and keys, the dialog
   that finds what to show, and pasting from a word processor, which the server turns
   into Markdown. Pasting without formatting stays the browser's own. */
const { desk } = document.querySelector("form[data-studio]");
const { area, part } = desk;
// insert writes over the selection, so that the browser's own undo takes it back.
const insert = (text, from = area.selectionStart, to = area.selectionEnd) => {
  area.focus();
  area.setSelectionRange(from, to);
  if (text !== "" && document.execCommand("insertText", false, text)) return;
  area.setRangeText(text, from, to, "end");
  area.dispatchEvent(new InputEvent("input", { bubbles: true }));
};

if (desk.readable) {
  const wrap = (mark, words) => {
    const from = area.selectionStart;
    const to = area.selectionEnd;
    const text = area.value.slice(from, to) || words;
    const n = mark.length;
    // Pressed again: "*" stands inside "**" as well.
    const around = area.value.slice(0, from).match(/\**$/)[0].length;
    if (around && around === area.value.slice(to).match(/^\**/)[0].length && (around === n || around === 3)) {
      insert(text, from - n, to + n);
      area.setSelectionRange(from - n, from - n + text.length);
      return;
    }
    insert(mark + text + mark);
    area.setSelectionRange(from + n, from + n + text.length);
  };
  // begin puts a sign before each line of the selection.
  const begin = (sign) => {
    const from = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
    const next = area.value.indexOf("\n", area.selectionEnd);
    const to = next < 0 ? area.value.length : next;
    const lines = area.value.slice(from, to).split("\n");
    const all = lines.every((l) => l.startsWith(sign)); // pressed again
    insert(lines.map((l) => (all ? l.slice(sign.length) : sign + l.replace(/^(#{1,6}|-) /, ""))).join("\n"), from, to);
  };
  // apart puts a text on lines of its own; the caret goes to the empty line in it.
  const apart = (text) => {
    const before = area.value.slice(0, area.selectionStart);
    const gap = before === "" || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
    const inside = text.indexOf("\n\n");
    insert(gap + text);
    if (inside >= 0) {
      const at = before.length + gap.length + inside + 1;
      area.setSelectionRange(at, at);
    }
  };
  const write = { bold: () => wrap("**", "bold words"), italic: () => wrap("*", "italic words"), heading: () => begin("## "), list: () => begin("- ") };

  const dialog = part("dialog");
  const results = part("results");
  const query = dialog.querySelector("input");
  const kind = dialog.querySelector("select");
  let asked = null;
  let timer = 0;
  const find = async () => {
    asked?.abort();
    asked = new AbortController();
    const address = desk.action.split("/file?")[0] + "/find?" + new URLSearchParams({ q: query.value, kind: kind.value });
    try {
      const response = await fetch(address, { headers: { Accept: "application/json" }, signal: asked.signal });
      const answer = await response.json();
      if (response.ok) results.innerHTML = answer.list;
      else results.textContent = answer.error;
    } catch (e) {
      if (e.name !== "AbortError") results.textContent = "There is no connection. Try again when it is back.";
    }
  };
  let place = [0, 0]; // the selection, which some browsers drop behind a dialog
  const open = (what) => {
    place = [area.selectionStart, area.selectionEnd];
    kind.value = what;
    query.value = "";
    results.textContent = "";
    dialog.showModal();
    query.focus();
    find();
  };
  const put = (button) => {
    let text = button.dataset.studioText;
    const what = button.dataset.studioKind;
    const words = area.value.slice(...place);
    dialog.close();
    area.focus();
    area.setSelectionRange(...place);
    if (["figure", "handout", "case", "box"].includes(what)) {
      apart(text);
      return;
    }
    if (["term", "lesson"].includes(what) && words && !/[[\]\n]/.test(words)) text = text.replace(/^\[[^\]]*\]/, () => `[${words}]`);
    if (["fact", "mark"].includes(what)) { // behind the words, not over them
      const space = /[\s([]$|^$/.test(area.value.slice(0, area.selectionEnd)) ? "" : " ";
      insert(space + text, area.selectionEnd, area.selectionEnd);
      return;
    }
    insert(text);
  };
  query.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(find, 150);
  });
  kind.addEventListener("change", find);
  results.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) put(button);
  });
  dialog.querySelector("form").addEventListener("submit", (event) => {
    const first = results.querySelector("button");
    if (document.activeElement !== query || !first) return;
    event.preventDefault(); // the Enter key
    put(first);
  });
  dialog.addEventListener("keydown", (event) => {
    const list = [...results.querySelectorAll("button")];
    const at = list.indexOf(document.activeElement);
    if (event.key === "ArrowDown" && (at >= 0 || event.target === query)) {
      event.preventDefault();
      list[Math.min(at + 1, list.length - 1)]?.focus();
    } else if (event.key === "ArrowUp" && at >= 0) {
      event.preventDefault();
      (list[at - 1] || query).focus();
    }
  });

  desk.act = (button) => (button.dataset.studioWrite ? write[button.dataset.studioWrite]() : open(button.dataset.studioFind));
  const keys = { b: "bold", i: "italic", Digit2: "heading", Digit8: "list" };
  const finds = { k: "fact", Digit9: "box", Digit5: "figure", Digit6: "term", Digit7: "lesson" };
  area.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const key = event.shiftKey ? event.code : event.key;
    if (keys[key]) write[keys[key]]();
    else if (finds[key]) open(finds[key]);
    else return;
    event.preventDefault();
  });

  const most = 1 << 20; // bytes that the server takes
  const shaped = /<(h[1-6]|li|table|strong|b|em|i|blockquote)\b|mso-|docs-internal-guid|font-weight:\s*(bold|[67]00)/i;
  // headEnd is where the keys at the head of a file end: what is pasted over everything
  // does not take them along.
  const headEnd = (text) => /^---\n[^]*?\n---\n/.exec(text)?.[0].length ?? 0;
  desk.paste = async (page, text) => {
    const before = area.value;
    const place = [area.selectionStart, area.selectionEnd];
    const head = headEnd(before);
    if (place[0] < head && place[1] > head) place[0] = head;
    let words = text;
    let left = "";
    let bare = ""; // why only the plain words came: better than none
    if (!shaped.test(page)) { /* it has no shape to lose */ }
    else if (page.length >= most) bare = "The copied text is more than 1 MB. Take a part of it at a time.";
    else {
      try {
        const { response, answer } = await desk.post(desk.at("paste"), { html: page });
        if (response.ok) {
          words = answer.text;
          left = answer.left;
        } else bare = answer.error || "The server did not take it.";
      } catch {
        bare = "There is no connection.";
      }
    }
    if (!words.trim()) return;
    const inline = words === text || !words.trim().includes("\n");
    if (inline && words !== text) words = words.trim();
    const above = before.slice(0, place[0]);
    const gap = inline || above === "" || above.endsWith("\n\n") ? "" : above.endsWith("\n") ? "\n" : "\n\n";
    if (area.value === before) insert(gap + words, ...place);
    else insert(words); // somebody typed meanwhile
    if (bare) desk.tell(`Pasted as plain words, without headings, lists and tables. ${bare}`);
    else desk.tell(left && `Pasted. Left out: ${left}.`);
  };
}
