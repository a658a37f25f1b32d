// Passkeys, where a browser has them: a button with `data-passkey` asks for one, and its form sends the answer.

const all = document.querySelectorAll.bind(document);
const Credential = globalThis.PublicKeyCredential;
const { credentials } = navigator;
const isSupported = Boolean(Credential?.parseRequestOptionsFromJSON && Credential.prototype.toJSON);
const renewedAfter = 8 * 60 * 1000; // milliseconds; a challenge is good for ten minutes
const lookEvery = 10 * 1000; // the same; timers, like `performance.now()`, stand still while a computer sleeps
const born = Date.now();
let waiting; // ends the request that is under way
let under; // that request
let renewal;
let isTold = false;

// What to ask for; undefined where the server is not reached, refuses, or leads elsewhere, because nobody is signed in
// any more or somebody else is. The page brings it along, as long as it is young.
async function optionsOf({ dataset: { passkey, kind, challenge, domain }, form }) {
  if (challenge && Date.now() - born < renewedAfter) return { challenge, rpId: domain, userVerification: "required" };
  const sent = kind === "add" && { method: "POST", body: new URLSearchParams(new FormData(form)) };
  const answer = await fetch(passkey, { ...sent, redirect: "manual" }).catch(() => undefined);
  return answer?.ok ? answer.json() : undefined;
}

async function ask(button, more) {
  const { dataset } = button;
  const isNew = dataset.kind === "add";
  clearInterval(renewal);
  waiting?.abort();
  const { signal } = (waiting = new AbortController());
  await under; // a browser has room for one request
  const options = await optionsOf(button);
  if (signal.aborted) return;
  if (!options) return more || send(button); // nobody who has pressed nothing sends a form
  const publicKey = Credential[isNew ? "parseCreationOptionsFromJSON" : "parseRequestOptionsFromJSON"](options);
  const asked = credentials[isNew ? "create" : "get"]({ publicKey, signal, ...more });
  under = asked.catch(() => undefined);
  send(button, await asked);
}

// Without an answer too: the server says what is missing.
function send({ form, dataset }, answer) {
  const { elements } = form;
  elements[dataset.kind === "add" ? "new" : "passkey"].value =
    typeof answer === "string" ? answer : answer ? JSON.stringify(answer) : "";
  if (elements.remember) elements.remember.value = document.getElementById("remember")?.checked ? "on" : "";
  form.requestSubmit();
}

// Whoever changes their mind is told nothing, which browsers call "not allowed"; and neither is whoever pressed nothing.
async function tryAsk(button, more) {
  try {
    await ask(button, more);
  } catch ({ name }) {
    if (more || name === "AbortError") return;
    if (name === "NotAllowedError") waitBehindField();
    else send(button, name === "InvalidStateError" ? "taken" : "failed");
  }
}

// Browsers offer passkeys at the email field, where they offer passwords.
async function waitBehindField() {
  const button = document.querySelector("[data-kind=sign-in]");
  if (!button || !(await Credential.isConditionalMediationAvailable?.())) return;
  tryAsk(button, { mediation: "conditional" });
  const since = Date.now();
  renewal = setInterval(() => Date.now() - since > renewedAfter && waitBehindField(), lookEvery);
}

// Password managers are told what became of the passkeys that they keep: once, because what a page knows grows old, and
// they forget what is not named, such as one that another tab has made since.
function tellManagers() {
  for (const { dataset } of all("[data-signal]")) {
    for (const [name, facts] of Object.entries(JSON.parse(dataset.signal)))
      Credential[name]?.(facts).catch(() => undefined);
    delete dataset.signal;
  }
}

function improve() {
  if (!isSupported) {
    for (const element of all("[data-if-passkeys]")) element.hidden = true;
    for (const element of all("[data-if-no-passkeys]")) element.hidden = false;
    return;
  }
  tellManagers();
  waitBehindField();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-passkey]");
  if (!button) return;
  event.preventDefault();
  tryAsk(button);
});
// Whoever types a password may be offered a passkey afterwards, where this very device could keep it.
async function tellLocal({ target }) {
  const button = document.querySelector("[data-kind=sign-in]");
  if (!button || target.type !== "password" || isTold) return;
  isTold = await Credential.isUserVerifyingPlatformAuthenticatorAvailable();
  if (isTold) fetch(`${button.dataset.passkey}?local`).catch(() => undefined);
}

if (isSupported) document.addEventListener("focusin", tellLocal);
document.addEventListener("htmx:after:swap", improve);
improve();
