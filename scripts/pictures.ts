import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { capabilities } from "../src/capabilities/index";
import { startDemo } from "../tests/demo/start-demo";
import { launchChromium } from "../tests/support/chromium";
import { startGatehouse } from "../tests/support/harness";
import { freePort } from "../tests/support/program";
import { fill, states, type Visitor } from "./pictures/states";

/**
 * `bun run pictures`: takes a picture of every state of the pages, light and dark, on a phone and on a desktop, and one
 * of the demo. Two of the four go to `docs/pictures` and into `docs/gallery.md`; all of them stand side by side in
 * `data/pictures/contact-sheet-1.png` and those that follow.
 */

const phone = { width: 390, height: 780 };
const desktop = { width: 1280, height: 800 };
/** What the name of a picture ends with, and what it is taken with. */
const sets = {
  light: { scheme: "light", viewport: desktop, isShown: true },
  dark: { scheme: "dark", viewport: phone, isShown: true },
  "desktop-dark": { scheme: "dark", viewport: desktop, isShown: false },
  "phone-light": { scheme: "light", viewport: phone, isShown: false },
} as const;
type SetName = keyof typeof sets;

const root = join(import.meta.dir, "..");
const [kept, others] = [join(root, "docs/pictures"), join(root, "data/pictures")];
const folderOf = (set: SetName) => (sets[set].isShown ? kept : others);

process.env.FONTCONFIG_FILE = join(import.meta.dir, "pictures-fonts.conf"); // the browser's fonts

const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0";
const iPhone =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) " +
  "Version/18.1 Mobile/15E148 Safari/604.1";

mkdirSync(others, { recursive: true });
const port = freePort();
const settings = {
  BETTER_AUTH_URL: `http://localhost:${port}`,
  TRUSTED_PROXIES: "127.0.0.1, ::1",
  TRUSTED_ORIGINS: "https://docs.example.com",
  GATEHOUSE_COUNTRY_HEADER: "CF-IPCountry",
  GATEHOUSE_HOME_URL: "https://docs.example.com",
  GATEHOUSE_HOME_NAME: "Acme Docs",
  GATEHOUSE_LINKS: "Privacy=https://example.com/privacy,Terms=https://example.com/terms",
};
const gatehouse = await startGatehouse(settings, undefined, capabilities);
const server = Bun.serve({
  port,
  hostname: "localhost",
  fetch: (request, self) => gatehouse.edge(request, self.requestIP(request)?.address ?? ""),
});
const browser = await launchChromium();
try {
  for (const set of Object.keys(sets) as SetName[]) await take(set); // its own keys
  await takeContactSheet(browser);
  await Bun.write(join(root, "docs/gallery.md"), gallery());
  if (!process.argv.includes("--without-demo")) await takeDemo(browser);
} finally {
  await browser.close();
  await server.stop(true);
  await gatehouse.close();
}

/** The same day, as somebody of their own, so that nobody waits for a limit of somebody else's. */
async function take(set: SetName) {
  const { scheme, viewport } = sets[set];
  const extraHTTPHeaders = {
    "x-forwarded-for": `198.51.100.${Object.keys(sets).indexOf(set) + 7}`,
    "cf-ipcountry": "DE",
  };
  const context = await browser.newContext({
    ...{ viewport, deviceScaleFactor: 2, baseURL: gatehouse.origin },
    ...{ colorScheme: scheme, timezoneId: "Europe/Berlin", locale: "en-US" },
  });
  const page = await context.newPage();
  await page.setExtraHTTPHeaders(extraHTTPHeaders);
  const person = { name: "Ada Lovelace", email: `ada.${set}@example.org`, password: "correct horse battery staple" };
  const visitor: Visitor = {
    ...{ page, origin: gatehouse.origin, ...person },
    async signInElsewhere() {
      for (const userAgent of [iPhone, firefox])
        await gatehouse
          .visitor()
          .post("/sign-in", { email: person.email, password: person.password }, { "user-agent": userAgent });
    },
    becomeAdmin: () => administer(person.email),
    async letTimePass() {
      await gatehouse.rows("update session set created_at = created_at - interval '20 minutes'");
    },
  };
  for (const { name, act } of states) {
    await act(visitor);
    await visitor.page.screenshot({ path: join(folderOf(set), `${name}-${set}.png`) });
    await gatehouse.rows("delete from gatehouse.throttle");
  }
  await context.close();
}

/** Makes somebody an administrator, of people who were there before, and of two weeks in which something happened. */
async function administer(email: string) {
  const names = ["Grace Hopper", "Alan Turing", "Mary Jackson", "Edsger Dijkstra", "Barbara Liskov", "Tony Hoare"];
  for (const [i, name] of names.entries()) {
    const id = name.toLowerCase().replace(" ", ".");
    await gatehouse.rows(
      `insert into "user" (id, name, email, email_verified, created_at)
        values ($1, $2, $1 || '@example.org', true, now() - make_interval(days => $3)) on conflict do nothing`,
      [id, name, i + 1],
    );
    await gatehouse.rows(
      `insert into gatehouse.event (kind, outcome, user_id, at, client_address)
        select kind, outcome, $1, now() - make_interval(days => n % 14, hours => n), '203.0.113.' || n
        from generate_series(1, 20) n, (values ('sign_in', 'done'), ('sign_in', 'refused')) as of (kind, outcome)
        where (n + length($1)) % (case outcome when 'done' then 2 else 5 end) = 0`,
      [id],
    );
  }
  await gatehouse.rows(
    `insert into gatehouse.role (user_id, role) select id, 'admin' from "user" where email = $1 on conflict do nothing`,
    [email],
  );
}

/** All pictures of a state in a row. */
async function takeContactSheet(browser: Browser) {
  const context = await browser.newContext({ viewport: { width: 1800, height: 900 } });
  const page = await context.newPage();
  const names = Object.keys(sets) as SetName[];
  const pictureOf = async (name: string, set: SetName) => {
    const bytes = await Bun.file(join(folderOf(set), `${name}-${set}.png`)).bytes();
    return `<img height="360" src="data:image/png;base64,${Buffer.from(bytes).toString("base64")}">`;
  };
  for (let from = 0, sheet = 1; from < states.length; from += 6, sheet++) {
    const rows = await Promise.all(
      states.slice(from, from + 6).map(async ({ name }) => {
        const pictures = await Promise.all(names.map((set) => pictureOf(name, set)));
        return `<h2>${name}</h2><p>${pictures.join(" ")}</p>`;
      }),
    );
    await page.setContent(`<body style="font:14px sans-serif;background:#888">${rows.join("")}`);
    await page.screenshot({ path: join(others, `contact-sheet-${sheet}.png`), fullPage: true });
  }
  await context.close();
}

/** The page of the documentation that shows them. */
function gallery(): string {
  const intro = `# Gallery

Every state of the pages, on a desktop in light and on a phone in dark. \`bun run pictures\` takes them, and writes this
page.
`;
  const rows = states.map(
    ({ name, title }) => `
## ${title}

| desktop, light | phone, dark |
|---|---|
| ![${title}, on a desktop](pictures/${name}-light.png) | ![${title}, on a phone in dark](pictures/${name}-dark.png) |
`,
  );
  return intro + rows.join("");
}

/** The three programs at once: the docs, signed in at the login, after a word with the API. */
async function takeDemo(browser: Browser) {
  const demo = await startDemo();
  for (const scheme of ["light", "dark"] as const) {
    const viewport = { width: 1280, height: 640 };
    const context = await browser.newContext({ viewport, deviceScaleFactor: 2, colorScheme: scheme });
    const page = await context.newPage();
    await page.goto(`${demo.docs}/me`);
    await page.getByRole("main").getByRole("link", { name: "Sign in" }).click();
    await fill(page, { email: "ada@example.org", password: "correct horse battery" });
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("button", { name: "Call /me" }).click();
    await page.getByText('"email"').waitFor();
    await page.getByRole("button", { name: "Ada Lovelace" }).click();
    await page.waitForTimeout(500); // the menu fades in
    await page.screenshot({ path: join(kept, `demo-${scheme}.png`) });
    await context.close();
  }
  await demo.remove();
}
