import { afterAll, beforeAll, expect, test } from "bun:test";
import { administration } from "../../src/capabilities/administration/index";
import { giveRole } from "../support/golden";
import { startGatehouse, type Gatehouse, type Visitor } from "../support/harness";

/** In which language somebody is invited who is known by nothing but an address. */

let gatehouse: Gatehouse;
let admin: Visitor;
beforeAll(async () => {
  gatehouse = await startGatehouse({ GATEHOUSE_LANGUAGES: "en,de-formal,fr" }, undefined, [administration]);
  admin = gatehouse.visitor();
  const { email } = await admin.join();
  await gatehouse.rows(`update "user" set email_verified = true where email = $1`, [email]);
  await giveRole(gatehouse, email);
});
afterAll(() => gatehouse.close());

const path = "/admin/invitations";
const reason = "hired";

/** Invites an address by the form of the page, and gives the language of its mail and its page. */
async function invited(email: string, fields: Record<string, string> = {}) {
  expect((await admin.post(path, { email, reason, ...fields })).location).toBe(`${path}?done=invited`);
  const found = "select language from gatehouse.invitation where email = $1";
  return (await gatehouse.rows<{ language: string }>(found, [email]))[0]?.language;
}

test("an invitation from the page is in the language that is chosen, or else in the first", async () => {
  expect(await invited("one@example.org", { language: "fr" })).toBe("fr");
  expect((await gatehouse.mailsTo("one@example.org"))[0]?.subject).toContain("vous avez une invitation");
  expect(await invited("two@example.org", { language: "de-formal" })).toBe("de-formal");
  for (const [at, language] of ["es", "", "constructor"].entries())
    expect(await invited(`other${at}@example.org`, { language })).toBe("en");
});

test("the page begins with its own language, and keeps what was chosen", async () => {
  const chosenOn = ({ page }: Awaited<ReturnType<Visitor["get"]>>) =>
    page.querySelector("#invite-form [name=language] [selected]")?.getAttribute("value");
  expect(chosenOn(await admin.get(path))).toBe("en");
  const german = gatehouse.visitor();
  for (const [name, value] of admin.cookies) german.cookies.set(name, value);
  await german.get(`${path}?lang=de-formal`);
  const page = await german.get(path);
  expect(chosenOn(page)).toBe("de-formal");
  expect(page.page.querySelectorAll("#invite-form option").map(({ text }) => text)).toEqual([
    ...["English", "Deutsch", "Français"],
  ]);
  expect(chosenOn(await admin.post(path, { email: "nobody", reason, language: "fr" }))).toBe("fr");
  await gatehouse.rows("update session set created_at = created_at - interval '1 hour'");
  const asked = await admin.post(path, { email: "old@example.org", reason, language: "fr" });
  expect(asked.page.querySelector("[name=language]")?.getAttribute("value")).toBe("fr");
});

test("a verb writes in no language that is not offered, and says which are", async () => {
  const users = (await administration.verbs?.())?.users;
  for (const verb of ["invite", "add"]) {
    const write = (language: string) =>
      Promise.resolve(users?.(gatehouse.given, verb, `${verb}@example.org`, `--language=${language}`)).then(
        () => "",
        (error: Error) => error.message,
      );
    for (const language of ["es", "de", "xx", ""])
      expect(await write(language)).toBe("--language: write one of en, de-formal, fr.");
    expect(await write("fr")).toBe("");
  }
});
