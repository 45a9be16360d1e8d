// Asks the browser for a passkey where a form wants one. Without this the other ways in are there.
(() => {
  "use strict";
  const able = isSecureContext && typeof PublicKeyCredential === "function" && PublicKeyCredential.parseRequestOptionsFromJSON;
  const here = (party) => location.hostname === party || location.hostname.endsWith("." + party);
  const question = async (form) => {
    if (!form.dataset.offer) return { publicKey: JSON.parse(form.dataset.options) };
    const answer = await fetch(form.dataset.offer, { method: "POST", headers: { "HX-Request-Type": "partial" } });
    const elsewhere = answer.headers.get("hx-redirect");
    if (elsewhere) location.assign(elsewhere);
    if (!answer.ok) throw new Error(answer.status);
    return answer.json();
  };
  const ask = (kind, options) => (kind === "create"
    ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
    : navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) }));
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!able || !here(form.dataset.party)) {
      for (const note of document.querySelectorAll("[data-elsewhere]")) note.hidden = false;
      continue;
    }
    form.hidden = false;
    const { challenge, passkey } = form.elements;
    passkey.value = "";
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const wrong = form.querySelector(".error");
      wrong.hidden = true;
      try {
        const asked = await question(form);
        if (challenge) challenge.value = asked.challenge;
        passkey.value = JSON.stringify(await ask(form.dataset.passkey, asked.publicKey));
        form.submit();
      } catch {
        wrong.querySelector("span").textContent = form.dataset.failed;
        wrong.hidden = false;
      }
    });
  }
})();
