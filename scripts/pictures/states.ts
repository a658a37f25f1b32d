import type { Page } from "playwright-core";
import { administering } from "./admin-states";
import { codeIn, linkIn, mailTo } from "../../tests/support/mails";
import { stripes } from "../../tests/support/pictures";

/** Every state of the pages that the gallery shows, in the order of a visitor's day. */

/** Whose day it is, and with which browser. */
export interface Visitor {
  page: Page;
  origin: string;
  name: string;
  email: string;
  password: string;
  /** Signs the same person in with other browsers, so that there is something to see. */
  signInElsewhere(): Promise<void>;
  /** Lets time pass for whoever is signed in: the password is asked for again. */
  letTimePass(): Promise<void>;
  /** Gives the visitor the role, and people to administer. */
  becomeAdmin(): Promise<void>;
}

export interface State {
  /** The file's name. */
  name: string;
  /** What the gallery says under it. */
  title: string;
  /** Leads from the state before it to this one. */
  act(visitor: Visitor): Promise<unknown>;
}

const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).first().click();
const go = (path: string) => (visitor: Visitor) => visitor.page.goto(path);

/** Types into the fields with these names. */
export async function fill(page: Page, values: Record<string, string>) {
  for (const [name, value] of Object.entries(values))
    await page.locator(`input[name=${name}]:not([type=hidden])`).first().fill(value);
}

const lastMail = async ({ origin, email }: Visitor, subject?: string) => mailTo(origin, email, subject);

const comingIn: State[] = [
  { name: "sign-in", title: "Sign in", act: go("/sign-in?return_to=https%3A%2F%2Fdocs.example.com%2Fguide") },
  {
    name: "sign-in-problems",
    title: "Two problems",
    async act({ page }) {
      await fill(page, { email: "not-an-address", password: "" });
      await press(page, "Sign in");
      await page.locator("[name=password][aria-invalid]").waitFor();
    },
  },
  {
    name: "sign-in-wrong",
    title: "A wrong password",
    async act({ page }) {
      await fill(page, { email: "nobody@example.org", password: "not the password" });
      await press(page, "Sign in");
      await page.getByText("Wrong email or password").waitFor();
    },
  },
  {
    name: "sign-up",
    title: "Create an account",
    async act({ page, name, email, password }) {
      await page.goto("/sign-up");
      await fill(page, { name, email });
      await page.locator("[name=password]").pressSequentially(password);
      await page.locator("[data-strength=strong]").waitFor();
    },
  },
  {
    name: "sign-up-weak",
    title: "A weak password",
    async act({ page }) {
      await page.locator("[name=password]").fill("");
      await page.locator("[name=password]").pressSequentially("Passwort2026!");
      await page.locator("[data-strength=weak]").waitFor();
    },
  },
  {
    name: "verify-email",
    title: "Enter the code",
    async act({ page, password }) {
      await fill(page, { password });
      await press(page, "Create account");
      await page.locator("[name=code]").waitFor();
    },
  },
  {
    name: "verify-email-wrong",
    title: "A wrong code",
    async act({ page }) {
      await page.locator("[name=code]").fill("000000");
      await page.getByText("That code is wrong").waitFor();
    },
  },
];

const account: State[] = [
  {
    name: "account-new",
    title: "Confirmed, and signed in",
    async act(visitor) {
      const { page } = visitor;
      await page.locator("[name=code]").fill(codeIn(await lastMail(visitor)));
      await page.waitForURL("**/account?**");
    },
  },
  {
    name: "profile",
    title: "Name and picture",
    async act({ page }) {
      await page.goto("/account/profile");
      await page.locator("input[type=file]").setInputFiles({
        name: "me.png",
        mimeType: "image/png",
        buffer: Buffer.from(stripes()),
      });
      await page.locator("form[enctype] [type=submit]").click();
      await page.waitForURL("**notice=picture_saved**");
    },
  },
  {
    name: "account",
    title: "The overview",
    async act({ page, signInElsewhere }) {
      await page.goto("/account/profile");
      await press(page, "Remove picture");
      await page.waitForURL("**notice=picture_removed**");
      await signInElsewhere();
      await page.goto("/account");
    },
  },
  { name: "sessions", title: "Devices", act: go("/account/sessions") },
  {
    name: "activity",
    title: "Activity",
    async act({ page }) {
      await page.getByRole("button", { name: /^Sign out Firefox/ }).click();
      await page.waitForURL("**notice=session_ended**");
      await page.goto("/account/activity");
    },
  },
  {
    name: "email",
    title: "Another email address, waiting",
    async act({ page, email }) {
      await page.goto("/account/email");
      await fill(page, { email: `countess.${email}` });
      await press(page, "Change email address");
      await page.getByText("We’ve sent a link").waitFor();
    },
  },
  {
    name: "password",
    title: "A problem with a new password",
    async act({ page }) {
      await page.goto("/account/password");
      await fill(page, { current: "not this one at all", password: "short" });
      await press(page, "Change password");
      await page.getByText("Use 8 characters").waitFor();
    },
  },
  { name: "passkeys", title: "Passkeys", act: go("/account/security/passkeys") },
  {
    name: "second-factor",
    title: "An authenticator app",
    async act({ page }) {
      await page.goto("/account/security/second-factor");
      await press(page, "Set up");
      await page.getByText("Scan this").waitFor();
    },
  },
  { name: "export", title: "Your data", act: go("/account/export") },
  { name: "delete", title: "Deletion, and what it means", act: go("/account/delete") },
  {
    name: "proof",
    title: "Your password, and what for",
    async act({ page, letTimePass }) {
      await letTimePass();
      await page.goto("/account/delete?step=sure");
      await page.getByRole("heading").first().waitFor();
    },
  },
];

const leaving: State[] = [
  { name: "sign-out", title: "Sign out", act: go("/sign-out") },
  {
    name: "signed-out",
    title: "Signed out",
    async act({ page }) {
      await page.locator("main").getByRole("button", { name: "Sign out", exact: true }).click();
      await page.getByText("You’re signed out.").waitFor();
    },
  },
  { name: "forgot-password-german", title: "Forgotten, in German", act: go("/forgot-password?lang=de") },
  {
    name: "check-inbox",
    title: "Check your inbox",
    async act({ page, email }) {
      await page.goto("/forgot-password?lang=en");
      await fill(page, { email });
      await press(page, "Send link");
      await page.waitForURL("**notice=reset_asked**");
    },
  },
  {
    name: "reset-password",
    title: "A new password",
    async act(visitor) {
      await visitor.page.goto(linkIn(await lastMail(visitor, "new password"), "/reset-password"));
    },
  },
  { name: "dead-link", title: "A link that was used", act: go("/not-me?token=nothing") },
  { name: "not-found", title: "No such page", act: go("/nowhere") },
  {
    name: "dev-mail",
    title: "The emails of local mode",
    async act({ page }) {
      await page.setExtraHTTPHeaders({}); // as somebody at this very machine
      await page.goto("/dev/mail");
      await page.frameLocator("iframe").locator("body").waitFor();
    },
  },
  {
    name: "mail",
    title: "An email",
    async act({ page }) {
      const links = await page.locator("a[href^='/dev/mail/']", { hasText: "is your" }).all();
      await page.goto((await links.at(-1)?.getAttribute("href")) ?? "/dev/mail");
    },
  },
];

/** All of them. */
export const states: readonly State[] = [...comingIn, ...account, ...administering, ...leaving];
