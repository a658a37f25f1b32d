// The few lines that htmx and the forms need. Every page works without them.

const on = (name, act) => document.addEventListener(name, act);

// Only HTML may be swapped into a page; an error of a proxy in some other type must never be read as HTML.
on("htmx:before:response", (event) => {
  const { headers } = event.detail.ctx.response;
  if (/^text\/html\b/i.test(headers.get("content-type") ?? "") || headers.get("hx-redirect")) return;
  event.preventDefault();
  sayOffline(event.target);
});
on("htmx:error", (event) => sayOffline(event.target));

function sayOffline(element) {
  const form = element.closest?.("form");
  if (!form) return;
  form.querySelector("[role=alert]")?.remove();
  form.querySelector("[type=submit]").before(document.getElementById("offline").content.cloneNode(true));
}

// A working button says so.
const label = (form, working) => {
  const button = form?.querySelector?.("[data-working]");
  if (!button) return;
  button.dataset.label ??= button.textContent;
  button.textContent = working ? button.dataset.working : button.dataset.label;
};
on("htmx:before:request", (event) => label(event.target.closest("form"), true));
on("htmx:finally:request", (event) => {
  if (!event.detail.ctx.hx?.redirect) label(event.target.closest("form"), false);
});
// Back from the next page to this one, kept alive by the browser: its button must not still be working.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

// With two or more wrong fields the summary takes the focus; htmx itself puts it into a single wrong one.
on("htmx:after:swap", () => document.querySelector("[data-takes-focus]")?.focus());

// Show and hide the password; the button is there only when this runs.
const reveal = () => document.querySelectorAll("[data-reveals]").forEach((button) => (button.hidden = false));
reveal();
on("htmx:after:swap", reveal);
on("click", (event) => {
  const button = event.target.closest("[data-reveals]");
  if (!button) return;
  const input = document.getElementById(button.dataset.reveals);
  const shown = input.type === "password";
  input.type = shown ? "text" : "password";
  button.setAttribute("aria-pressed", String(shown));
  button.textContent = shown ? button.dataset.hide : button.dataset.show;
});
// A password in clear text would be kept by the browser's form history.
on("submit", (event) => event.target.querySelectorAll("[data-reveals][aria-pressed=true]").forEach((button) => button.click()));
