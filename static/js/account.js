/* Forms of accounts.

   <input type="password" data-reveal>   gets a button that shows what is typed
   <select data-zone>                    starts at the browser's time zone, or at the first
                                         one whose clocks show the same */
for (const input of document.querySelectorAll("input[data-reveal]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-quiet button-small";
  const show = (on) => {
    input.type = on ? "text" : "password";
    button.textContent = on ? "Hide password" : "Show password";
  };
  show(false);
  button.addEventListener("click", () => show(input.type === "password"));
  input.form.addEventListener("submit", () => show(false));
  input.after(button);
}

// What a zone's clocks show in winter and in summer.
const clocks = (zone) => [0, 6].map((month) => new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" })
  .format(new Date(Date.UTC(new Date().getUTCFullYear(), month, 15, 12)))).join();

for (const select of document.querySelectorAll("select[data-zone]")) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  // A choice that the server marked was sent before: it stays.
  if (!zone || select.querySelector("option[selected]")) continue;
  const zones = [...select.options].map((o) => o.value).filter(Boolean);
  const same = zones.includes(zone) ? zone : zones.find((z) => clocks(z) === clocks(zone));
  if (same) select.value = same;
}
