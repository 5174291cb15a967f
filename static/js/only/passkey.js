/* Passkeys. Without this, the forms stay hidden and the page offers a code.

   <form hidden data-passkey-create="/…/challenge">   makes a passkey
   <form hidden data-passkey-get="/…/challenge">      uses one
     <input type="hidden" name="challenge">           filled here
     <input type="hidden" name="passkey">
     <button type="button" data-passkey>
     <p data-passkey-error role="alert">

   The address answers a POST with {"id", "options"}. */
for (const form of document.querySelectorAll("form[data-passkey-create], form[data-passkey-get]")) {
  const make = "passkeyCreate" in form.dataset;
  const parse = window.PublicKeyCredential?.[make ? "parseCreationOptionsFromJSON" : "parseRequestOptionsFromJSON"];
  if (!parse) continue;
  form.hidden = false;
  const button = form.querySelector("[data-passkey]");
  const error = form.querySelector("[data-passkey-error]");
  const run = async () => {
    error.textContent = "";
    if (!form.reportValidity()) return;
    button.setAttribute("aria-disabled", "true");
    try {
      const response = await fetch(make ? form.dataset.passkeyCreate : form.dataset.passkeyGet, { method: "POST", headers: { Accept: "application/json" } });
      const answer = await response.json();
      if (!response.ok) throw new Error(answer.error);
      const publicKey = parse.call(PublicKeyCredential, answer.options.publicKey);
      const credential = await navigator.credentials[make ? "create" : "get"]({ publicKey });
      form.elements.challenge.value = answer.id;
      form.elements.passkey.value = JSON.stringify(credential.toJSON());
      form.submit();
    } catch (e) {
      button.removeAttribute("aria-disabled");
      error.textContent = e.name === "NotAllowedError" ? "The passkey was not used. Try again, or choose another way."
        : e.name === "InvalidStateError" ? "This device has a passkey for your account already."
        : e.name === "Error" && e.message ? e.message : "That did not work. Try again, or choose another way.";
    }
  };
  button.addEventListener("click", run);
  form.addEventListener("submit", (event) => { event.preventDefault(); run(); });
}
