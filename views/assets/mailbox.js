/* The page of mails in local mode: new ones come by themselves, and a button copies a code. */
const everyMilliseconds = 2000;

const prepare = () => {
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
};

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  button.textContent = button.dataset.copied;
});

/** The list is replaced only when it has changed: else a text that is open would close. */
const refresh = async () => {
  if (document.visibilityState !== "visible") return;
  const answer = await fetch("/dev/mail");
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("mailbox");
  const links = (box) => [...box.querySelectorAll("h2 a")].map((link) => link.getAttribute("href")).join();
  const shown = document.getElementById("mailbox");
  if (!fresh || links(fresh) === links(shown)) return;
  shown.replaceWith(fresh);
  prepare();
};

prepare();
setInterval(() => refresh().catch(() => undefined), everyMilliseconds); // the server may be restarting
