// The few lines that htmx and the forms need. Every page works without them.

const on = (name, act) => document.addEventListener(name, act);
const all = (selector, act) => document.querySelectorAll(selector).forEach(act);
const asksStrength = (element) => element.matches?.("[data-asks-strength]");

// Only our own answers may be swapped into a page, which a proxy's error is not: they have the id of their request.
// Where the server failed, the form stays with what was typed, and says so.
on("htmx:before:response", (event) => {
  const { hx, response } = event.detail.ctx;
  const isWanted = asksStrength(event.target) ? response.status === 200 : response.status < 500;
  if (isWanted && response.headers.has("x-request-id")) return forgetFailed(event.target);
  event.preventDefault();
  sayFailed(event.target, hx.problem);
});
on("htmx:error", (event) => sayFailed(event.target));

function sayFailed(element, problem) {
  const form = forgetFailed(element);
  if (!form) return;
  const alert = document.getElementById("offline").content.firstElementChild.cloneNode(true);
  if (problem) alert.textContent = decodeURIComponent(problem);
  form.querySelector("[type=submit]").before(alert);
  tellTitle();
}
// An answer that takes the place of a list leaves its form, in which that may have been said before. Gives the form.
function forgetFailed(element) {
  const form = asksStrength(element) ? undefined : formOf(element);
  form?.querySelector(".alert")?.remove();
  return form;
}

// A working button says so, and has the focus again when its work is done. Where another page has taken the place of
// its own, that page has.
const sayWorking = (form, working) => {
  const button = form?.querySelector("[data-working]");
  if (!button) return;
  button.dataset.label ??= button.textContent;
  (button.querySelector("span") ?? button).textContent = working ? button.dataset.working : button.dataset.label;
};
const formOf = (element) => element.closest?.("form"); // htmx tells the document when the form is gone
on("htmx:before:request", ({ target }) => asksStrength(target) || sayWorking(formOf(target), true));
on("htmx:finally:request", (event) => {
  if (event.detail.ctx.hx?.redirect || asksStrength(event.target)) return;
  const form = document.getElementById(formOf(event.target)?.id);
  sayWorking(form, false);
  const button = form?.querySelector("[type=submit]");
  const next = button ?? document.getElementById("content");
  setTimeout(() => document.activeElement === document.body && next.focus({ preventScroll: !button }));
});
// Back from the next page to this one, kept alive by the browser: its button must not still be working.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

// Screen readers tell what changes in a live region, not what is there when it comes: so it comes twice.
const announce = (where) =>
  all(`${where} :is([role=alert], [role=status])`, (region) => region.replaceChildren(...region.childNodes));

// The title begins with the problem, as it does on a page that comes whole.
const { error } = document.body.dataset;
const tellTitle = () => {
  const plain = document.title.replace(`${error} `, "");
  document.title = document.querySelector("[aria-invalid], p.alert[role]") ? `${error} ${plain}` : plain;
};

// Show and hide the password; the button is there only when this runs.
const inputOf = (button) => document.getElementById(button.dataset.reveals);
const hide = (button) => inputOf(button).type === "text" && button.click();
on("click", (event) => {
  const button = event.target.closest("[data-reveals]");
  if (!button) return;
  const input = inputOf(button);
  const shown = input.type === "password";
  input.type = shown ? "text" : "password";
  button.classList.toggle("shown", shown);
  button.ariaLabel = shown ? button.dataset.hide : button.dataset.show;
  tellState(event, input);
});
// A password in clear text would be kept by the browser's form history.
on("submit", ({ target }) => {
  all("[data-reveals]", hide);
  if (/^m/.test(target.enctype)) sayWorking(target, true); // with a file, which htmx does not send
});

// A password can be read; Caps Lock is on where it is typed.
const tellState = (event, input) =>
  all("[data-state-of]", (note) => {
    const { stateOf, shown, caps } = note.dataset;
    const hasCaps = stateOf === input.id && event.getModifierState?.("CapsLock");
    const text = [document.getElementById(stateOf).type === "text" && shown, hasCaps && caps].filter(Boolean).join(" ");
    if (note.textContent !== text) note.textContent = text;
  });
on("keydown", (event) => tellState(event, event.target));
on("keyup", (event) => tellState(event, event.target));

// How hard a new password is to guess, says the server. It is told no other secret, and nothing is said when it cannot
// say.
on("htmx:config:request", ({ target, detail }) => {
  if (!asksStrength(target)) return;
  const { body } = detail.ctx.request;
  for (const key of [...body.keys()]) if (!/^(password|name|email|username)$/.test(key)) body.delete(key);
  noteOf(target).role = "status";
});
const noteOf = ({ id }) => document.getElementById(`${id}-note`);
// What was wrong with a password is not said of the next one.
on("input", ({ target }) => {
  if (!asksStrength(target)) return;
  noteOf(target).classList.remove("problem");
  target.ariaInvalid = null;
});

// A button that must wait says for how long, and the sentence that says so goes when the wait is over.
const waits = new WeakMap();
function countDown(sentence) {
  const button = formOf(sentence).querySelector("[type=submit]");
  const text = button.querySelector("span") ?? button;
  const end = Date.now() + sentence.dataset.wait * 1000;
  clearInterval(waits.get(button));
  const tick = () => {
    const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    button.dataset.label ??= text.textContent;
    button.disabled = left > 0;
    const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    text.textContent = left > 0 ? `${button.dataset.label} (${clock})` : button.dataset.label;
    if (left > 0) return;
    clearInterval(waits.get(button));
    if (sentence.role) sentence.remove();
    tellTitle();
  };
  waits.set(button, setInterval(tick, 250));
  tick();
}

// What is to be done to every page, and to every part of one that comes later.
const improve = (where) => {
  all("[data-module]", ({ dataset }) => import(dataset.module)); // which runs once, however often it is asked for
  all("[data-reveals]", (button) => (button.hidden = false));
  all(`${where} [data-wait]`, countDown);
  all("[name=time_zone]", (input) => (input.value = Intl.DateTimeFormat().resolvedOptions().timeZone));
  // Moments in the visitor's own time: the server knows only its own.
  const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" });
  all("time[data-local]", (time) => (time.title = format.format(new Date(time.dateTime))));
  setTimeout(announce, 100, where);
};
improve("body");
on("htmx:after:swap", ({ target }) => {
  if (asksStrength(target)) return;
  if (target.id === "content") scrollTo(0, 0); // another page is read from its heading on
  improve(target.id ? "#" + target.id : "form"); // another form has said its own before
  tellTitle();
});
document.querySelector("nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

// Another language, or the next page of the journey, keeps what was typed: the form brings what `draft.ts` keeps.
on("click", (event) => {
  const link = event.target.closest("footer a[lang], main a:is([href^='/sign-'], [href^='/forgot-'])");
  const isTyped = ({ name, type, value }) =>
    /^(name|email|reason|words|until)$/.test(name) && type !== "hidden" && value;
  const form = [...document.forms].find(({ elements }) => [...elements].some(isTyped));
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !form) return;
  event.preventDefault();
  for (const field of form.elements) field.disabled = !isTyped(field);
  const { pathname, search, href } = link;
  form.action = link.lang ? href : `${location.pathname}?to=${encodeURIComponent(pathname + search)}`;
  form.submit();
});

// Six digits alone are a whole code: they are sent without a further click. A recovery code has letters among its own.
on("input", ({ target }) => {
  if (target.autocomplete !== "one-time-code" || !/^(\s*\d){6}\s*$/.test(target.value)) return;
  if (target.form.checkValidity()) target.form.requestSubmit();
});
