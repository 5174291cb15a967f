/* What stays of two changes of a form is chosen on a page of its own. Once that is sent,
   the form has nothing left to offer of what this browser kept (studio-form.js).

   <form data-form-settles>  posts to the form's own address */
const form = document.querySelector("[data-form-settles]");
form?.addEventListener("submit", () => localStorage.removeItem(`autosave ${form.elements._owner.value} ${form.getAttribute("action")} `));
