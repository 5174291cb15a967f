/* Sends a file in parts, and goes on where it stopped.

   <form data-upload="/teach/x/media/uploads">   where an upload begins
     <input type="file" name="file">
     <div data-upload-progress hidden>            shown while it is sent
       <p data-upload-status></p><progress></progress>

   Without scripts the form posts the file as a whole. With them the file goes in
   parts, each with its offset and digest; after a break the server is asked how far
   it is. The browser remembers the upload of a file by name, size and date, so that
   choosing it again, also after a restart, goes on. */
const form = document.querySelector("[data-upload]");
const wait = (ms) => new Promise((done) => { setTimeout(done, ms); });
const json = { headers: { Accept: "application/json" } };

async function ask(url, options) {
  const response = await fetch(url, options);
  if (response.ok) return response;
  const answer = await response.json().catch(() => ({}));
  if (response.status === 409 && "offset" in answer) return response; // a part that belongs elsewhere
  const error = new Error(answer.error || answer.message || "The server did not take the file.");
  error.final = response.status < 500 && response.status !== 429;
  error.gone = response.status === 404 || response.status === 410;
  throw error;
}

async function digest(part) {
  if (!crypto.subtle) return {};
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", await part.arrayBuffer()));
  return { "Content-Digest": `sha-256=:${btoa(String.fromCharCode(...sum))}:` };
}

async function begin(file, key) {
  const known = localStorage.getItem(key);
  if (known) {
    const old = await fetch(known, json).then((r) => (r.ok ? r.json() : null));
    if (old && old.state === "open") return old;
    localStorage.removeItem(key);
  }
  const body = new URLSearchParams({ name: file.name, bytes: String(file.size) });
  const upload = await (await ask(form.dataset.upload, { method: "POST", body, ...json })).json();
  localStorage.setItem(key, upload.url);
  return upload;
}

async function send(file, say) {
  const key = `upload ${form.dataset.upload} ${file.name} ${file.size} ${file.lastModified}`;
  let upload = null;
  let at = 0;
  for (let tries = 0; ;) {
    try {
      upload = upload ? await (await ask(upload.url, json)).json() : await begin(file, key);
      at = upload.offset;
      while (at < file.size) {
        const part = file.slice(at, at + upload.part);
        const headers = { ...json.headers, "Upload-Offset": String(at), "Content-Type": "application/partial-upload", ...(await digest(part)) };
        const answer = await ask(upload.url, { method: "PATCH", body: part, headers });
        at = Number(answer.headers.get("Upload-Offset"));
        tries = 0;
        say(at, "");
      }
      await ask(`${upload.url}/finish`, { method: "POST", ...json });
      localStorage.removeItem(key);
      return upload.url;
    } catch (error) {
      error.kept = at > 0 && !error.gone;
      if (error.final || tries > 8) throw error;
      say(null, "The connection broke off. Trying again …");
      await wait(Math.min(30000, 1000 * 2 ** tries++));
    }
  }
}

form?.addEventListener("submit", async (event) => {
  const file = form.elements.file.files[0];
  if (!file || file.size === 0) return;
  event.preventDefault();
  const box = form.querySelector("[data-upload-progress]");
  const status = form.querySelector("[data-upload-status]");
  const bar = form.querySelector("progress");
  const button = form.querySelector("button");
  box.hidden = false;
  button.disabled = true;
  status.textContent = `Sending ${file.name} …`;
  try {
    location.href = await send(file, (at, text) => {
      if (at !== null) bar.value = (100 * at) / file.size;
      status.textContent = text || `${Math.floor((100 * at) / file.size)} % of ${file.name} is sent. You may close this page and go on later.`;
    });
  } catch (error) {
    status.textContent = error.kept ? `${error.message} What was sent is kept: choose the file again to go on.` : error.message;
    button.disabled = false;
  }
});
