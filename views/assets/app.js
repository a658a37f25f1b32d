// The few lines that htmx and the forms need. Every page works without them.

const on = (name, act) => document.addEventListener(name, act);

const asksStrength = (element) => element.matches?.("[data-asks-strength]");

// Only HTML may be swapped into a page; an error of a proxy in some other type must never be read as HTML.
on("htmx:before:response", (event) => {
  const { headers, status } = event.detail.ctx.response;
  const isHtml = /^text\/html\b/i.test(headers.get("content-type") ?? "");
  if (asksStrength(event.target) ? isHtml && status === 200 : isHtml || headers.get("hx-redirect")) return;
  event.preventDefault();
  if (!asksStrength(event.target)) sayOffline(event.target);
});
on("htmx:error", ({ target }) => asksStrength(target) || sayOffline(target));

function sayOffline(element) {
  const form = formOf(element);
  if (!form) return;
  form.querySelector("[role=alert]")?.remove();
  form.querySelector("[type=submit]").before(document.getElementById("offline").content.cloneNode(true));
}

// A working button says so, and has the focus again when its work is done.
const sayWorking = (form, working) => {
  const button = form?.querySelector("[data-working]");
  if (!button) return;
  button.dataset.label ??= button.textContent;
  button.textContent = working ? button.dataset.working : button.dataset.label;
};
const formOf = (element) => element.closest?.("form"); // htmx tells the document when the form is gone
on("htmx:before:request", ({ target }) => asksStrength(target) || sayWorking(formOf(target), true));
on("htmx:finally:request", (event) => {
  if (event.detail.ctx.hx?.redirect || asksStrength(event.target)) return;
  const form = document.getElementById(formOf(event.target)?.id);
  sayWorking(form, false);
  setTimeout(() => document.activeElement === document.body && form?.querySelector("[type=submit]").focus());
});
// Back from the next page to this one, kept alive by the browser: its button must not still be working.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

// Show and hide the password; the button is there only when this runs.
const reveal = () => document.querySelectorAll("[data-reveals]").forEach((button) => (button.hidden = false));
reveal();
on("htmx:after:swap", reveal);
const inputOf = (button) => document.getElementById(button.dataset.reveals);
const hide = (button) => inputOf(button).type === "text" && button.click();
on("click", (event) => {
  const button = event.target.closest("[data-reveals]");
  if (!button) return;
  const input = inputOf(button);
  const shown = input.type === "password";
  input.type = shown ? "text" : "password";
  button.textContent = shown ? button.dataset.hide : button.dataset.show;
  button.ariaLabel = shown ? button.dataset.hideLabel : button.dataset.showLabel;
});
// A password in clear text would be kept by the browser's form history.
on("submit", (event) => event.target.querySelectorAll("[data-reveals]").forEach(hide));

// How hard a new password is to guess, says the server. It is told no other secret, and nothing is said when it cannot say.
on("htmx:config:request", ({ target, detail }) => {
  if (!asksStrength(target)) return;
  const { body } = detail.ctx.request;
  for (const key of [...body.keys()]) if (!/^(password|name|email|username)$/.test(key)) body.delete(key);
  document.getElementById(`${target.id}-note`).classList.remove("problem");
});

// Moments in the visitor's own time: the server knows only its own.
const tellTime = () => {
  const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" });
  document
    .querySelectorAll("time[data-local]")
    .forEach((time) => (time.title = format.format(new Date(time.dateTime))));
};
tellTime();
on("htmx:after:swap", tellTime);
