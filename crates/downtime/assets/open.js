'use strict';
(() => {
  const form = document.getElementById('open');
  const field = document.getElementById('passphrase');
  const said = document.getElementById('said');
  const sealed = document.getElementById('sealed');
  const bytes = (text) => Uint8Array.from(atob(text.trim()), (letter) => letter.charCodeAt(0));
  const utf8 = new TextEncoder();

  const plain = async (passphrase) => {
    const told = sealed.dataset;
    const typed = await crypto.subtle.importKey('raw', utf8.encode(passphrase), 'PBKDF2', false, ['deriveKey']);
    const how = { name: 'PBKDF2', hash: 'SHA-256', salt: bytes(told.salt), iterations: Number(told.turns) };
    const key = await crypto.subtle.deriveKey(how, typed, { name: 'AES-GCM', length: 256 }, false, ['decrypt']);
    const seal = { name: 'AES-GCM', iv: bytes(told.nonce), additionalData: utf8.encode(told.bound) };
    return new TextDecoder().decode(await crypto.subtle.decrypt(seal, key, bytes(sealed.textContent)));
  };

  // What is shown was written by the server and holds no script: it is parsed, never run.
  const show = (html) => {
    const page = new DOMParser().parseFromString(html, 'text/html');
    page.querySelectorAll('script').forEach((script) => script.remove());
    document.title = page.title;
    document.replaceChild(document.adoptNode(page.documentElement), document.documentElement);
  };

  if (!globalThis.crypto || !crypto.subtle) {
    said.textContent = form.dataset.old;
    return;
  }
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    said.textContent = form.dataset.busy;
    try {
      show(await plain(field.value));
    } catch {
      said.textContent = form.dataset.wrong;
      field.select();
    }
  });
  field.focus();
})();
