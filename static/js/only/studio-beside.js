/* What stands beside the text in the editor (studio.js): who else has the file open. */
const { desk } = document.querySelector("form[data-studio]");
const { base, part } = desk;

// A sign every twenty seconds that somebody has the file open.
const people = part("people");
let shown = people.innerHTML.trim();
desk.people = (html) => {
  if (html.trim() === shown) return;
  shown = html.trim();
  people.innerHTML = html;
};
const sign = async () => {
  if (document.visibilityState === "hidden") return;
  try {
    const { response, answer } = await desk.post(desk.at("here"), { base: base.value });
    if (!response.ok) return;
    desk.people(answer.people);
    if (answer.seq > Number(base.value)) desk.more().then(() => desk.save(true)); // brings their lines
  } catch { /* saving says that there is no connection */ }
};
document.addEventListener("visibilitychange", sign);
setInterval(sign, 20000);
sign();
