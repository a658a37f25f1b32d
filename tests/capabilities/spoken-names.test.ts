import { afterAll, beforeAll, expect, test } from "bun:test";
import { capabilities } from "../../src/capabilities/index";
import { giveRole } from "../support/golden";
import { startGatehouse, type Gatehouse } from "../support/harness";

/** Whoever speaks to their browser says what they see, so a name for screen readers has what is shown in it. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({}, undefined, capabilities);
});
afterAll(() => gatehouse.close());

test("what a button or a link shows is part of its name, in every language", async () => {
  const [visitor, elsewhere] = [gatehouse.visitor(), gatehouse.visitor()];
  const person = await visitor.join();
  await gatehouse.rows(`update "user" set email_verified = true where email = $1`, [person.email]);
  await giveRole(gatehouse, person.email);
  await elsewhere.signIn(person);
  await visitor.post("/admin/invitations", { email: "grace@example.org", reason: "a colleague" });
  for (const language of ["en", "de", "fr", "es"]) {
    visitor.cookies.set("gatehouse.language", language);
    const spoken: string[] = [];
    for (const path of ["/account", "/account/sessions", "/admin", "/admin/invitations"]) {
      const { page } = await visitor.get(path);
      expect(page.querySelector("html")?.getAttribute("lang")).toBe(language);
      for (const element of page.querySelectorAll("a[aria-label], button[aria-label]")) {
        const [name, shown] = [element.getAttribute("aria-label") ?? "", element.text.trim()];
        spoken.push(name);
        expect([language, name, name.toLowerCase().includes(shown.toLowerCase())]).toEqual([language, name, true]);
      }
    }
    expect(spoken.length).toBeGreaterThanOrEqual(9);
  }
});
