/* Forms of accounts.

   <input type="password" data-reveal>   gets a button that shows what is typed
   <select data-zone>                    starts at the browser's time zone */
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

for (const select of document.querySelectorAll("select[data-zone]")) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  // A choice that the server marked was sent before: it stays.
  if (!zone || select.querySelector("option[selected]")) continue;
  if (![...select.options].some((o) => o.value === zone)) select.add(new Option(zone.replaceAll("_", " "), zone), 0);
  select.value = zone;
}
