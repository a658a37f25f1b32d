import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { list } from "../support/passkeys";
import {
  addPasskey,
  countTold,
  join,
  press,
  pressPasskey,
  signIn,
  startPasskeyHouse,
  typePassword,
  untilEquipped,
  type PasskeyHouse,
} from "../support/passkey-house";
import { until } from "../support/until";

/** Passkeys as people use them, with Chromium's virtual authenticator. */

let house: PasskeyHouse;
beforeAll(async () => {
  house = await startPasskeyHouse();
});
afterAll(() => house.close());

describe("signing in with a passkey", () => {
  test("works by the button, and leads where one was going", async () => {
    const equipped = await house.open();
    const { page, kept, close } = equipped;
    await join(page);
    await addPasskey(page);
    expect(await kept()).toHaveLength(1);
    await pressPasskey(equipped, "/sign-in?return_to=%2Faccount%2Femail");
    await page.waitForURL("**/account/email");
    await close();
  });

  test("is not sent by a page that nobody touches, where the server refuses to say what to ask for", async () => {
    const { page, close } = await house.open();
    await page.clock.install();
    await page.goto("/sign-in", { waitUntil: "networkidle" });
    let [asked, sent] = [0, 0];
    await page.route("**/sign-in/passkey/options*", (route) => {
      asked += 1;
      return route.fulfill({ status: 429, body: "too many" });
    });
    page.on("request", (request) => void (sent += Number(request.method() === "POST")));
    await page.clock.fastForward("08:01"); // as long as the page's own challenge is used
    await until("the page has asked for another", () => Promise.resolve(asked > 0));
    await Bun.sleep(500); // nothing is to come
    expect({ asked, sent, alerts: await page.locator(".alert").count() }).toEqual({ asked: 1, sent: 0, alerts: 0 });
    await close();
  });

  test("is offered at the email field, and works from there", async () => {
    const { page, context, close } = await house.open();
    await join(page);
    await addPasskey(page);
    await context.clearCookies();
    expect((await house.gatehouse.visitor().get("/sign-in")).text).toContain('autocomplete="username webauthn"');
    await page.goto("/sign-in", { waitUntil: "commit" });
    await page.waitForURL("**/account"); // its user has chosen it there
    await close();
  });
});

describe("signing in with a passkey", () => {
  test("ends in silence when the finger is not right, and the password still works", async () => {
    const equipped = await house.open();
    const { page, knowsUser, close } = equipped;
    const person = await join(page);
    await addPasskey(page);
    await knowsUser(false);
    await pressPasskey(equipped);
    await Bun.sleep(500); // nothing is to come
    expect([await page.locator(".alert").count(), new URL(page.url()).pathname]).toEqual([0, "/sign-in"]);
    await signIn(page, person);
    await close();
  });

  test("with one that was removed says so beside the button", async () => {
    const equipped = await house.open();
    const { page, close } = equipped;
    const { email } = await join(page);
    await addPasskey(page);
    await house.gatehouse.rows(
      `delete from gatehouse.passkey where user_id = (select id from "user" where email = $1)`,
      [email],
    );
    await pressPasskey(equipped);
    await page.getByText("We don’t know this passkey.").waitFor();
    await close();
  });
});

describe("the page of the passkeys", () => {
  test("renames and removes one, and the password manager hears of it", async () => {
    const { page, kept, close } = await house.open();
    await join(page);
    await addPasskey(page);
    await page.getByRole("link", { name: "Change Chrome on Linux" }).click();
    await page.locator("[name=name]").fill("");
    await press(page, "Save name");
    await page.locator("[name=name][aria-invalid]:focus").waitFor();
    await page.locator("[name=name]").fill("My laptop");
    await press(page, "Save name");
    await page.getByText("Saved.").waitFor();
    await page.getByRole("link", { name: "Change My laptop" }).click();
    await press(page, "Remove passkey");
    await page.getByText("The passkey has been removed.").waitFor();
    await page.getByText("You don’t have any passkeys yet.").waitFor();
    await until("the authenticator has it no more", async () => (await kept()).length === 0, { longest: 5000 });
    await close();
  });

  test("says when this device has one already, and tells nobody again what it knew before", async () => {
    const { page, kept, close } = await house.open();
    await join(page);
    await addPasskey(page);
    const told = await countTold(page);
    await page.reload();
    await until("the password manager is told", async () => (await told()) === 1);
    await press(page, "Add a passkey");
    await page.getByText("already has a passkey for your account").waitFor();
    // What the page knows is old by now: told again, a passkey that another tab has made since would be forgotten.
    expect([(await kept()).length, await told()]).toEqual([1, 1]);
    await close();
  });
});

describe("the page of the passkeys", () => {
  test("asks for a proof first, which may be the password, and then adds one", async () => {
    const { page, close } = await house.open();
    const { password } = await join(page);
    await house.grow();
    await page.goto(list);
    await press(page, "Add a passkey");
    await page.getByText("To add a passkey, confirm that it’s you.").waitFor();
    await page.locator("[name=proof]").fill(password);
    await press(page, "Continue");
    await page.getByText("You can add your passkey now.").waitFor();
    await press(page, "Add a passkey");
    await page.getByText("Your passkey is ready.").waitFor();
    await close();
  });

  test("leads to the sign-in where the session has ended meanwhile", async () => {
    const { page, context, close } = await house.open();
    await join(page);
    await page.goto(list);
    await context.clearCookies();
    await press(page, "Add a passkey");
    await page.waitForURL("**/sign-in?notice=session_over**");
    await close();
  });
});

describe("the page of the passkeys", () => {
  test("without scripts says what it needs, and the sign-in page shows nothing", async () => {
    const { page, close } = await house.open({ javaScriptEnabled: false });
    await page.goto("/sign-in");
    expect(await page.getByRole("button").allTextContents()).toEqual(["Sign in"]);
    await join(page);
    await page.goto(list);
    expect(await page.getByRole("button", { name: "Add a passkey" }).count()).toBe(0);
    await page.getByText("Passkeys need JavaScript").waitFor();
    expect(await page.getByText("This browser can’t use passkeys.").isVisible()).toBe(false);
    await close();
  });

  test("in a browser without passkeys says so, and offers no button", async () => {
    const { page, close } = await house.open();
    await page.addInitScript("delete window.PublicKeyCredential");
    await join(page);
    await page.goto(list);
    await page.getByText("This browser can’t use passkeys.").waitFor();
    expect(await page.getByText("Passkeys need JavaScript").isVisible()).toBe(false);
    expect(await page.getByRole("button", { name: "Add a passkey" }).isVisible()).toBe(false);
    await close();
  });
});

test("the page of the passkeys says that the server is out of reach, and adds one when it is back", async () => {
  const { page, context, close } = await house.open();
  await join(page);
  await page.goto(list);
  await context.setOffline(true);
  await press(page, "Add a passkey");
  await page.getByText("We can’t reach the server.").waitFor();
  await context.setOffline(false);
  await press(page, "Add a passkey");
  await page.getByText("Your passkey is ready.").waitFor();
  await close();
});

test("a passkey is a proof where something matters, whether htmx brought the page or not", async () => {
  const { page, close } = await house.open();
  await join(page);
  await addPasskey(page);
  await house.grow();
  await page.goto("/account/email");
  await page.locator("[name=email]").fill("elsewhere@example.org");
  await press(page, "Change email address");
  await press(page, "Use a passkey");
  await page.getByText("We’ve sent a link to the new address.").waitFor();
  await house.grow();
  await page.goto("/account/delete?step=sure");
  await press(page, "Use a passkey");
  await page.waitForURL("**/account/delete**");
  await page.getByText("Keep my account").waitFor();
  await close();
});

describe("a passkey is offered after a sign-in with a password", () => {
  test("once, and made there it leads on to where one was going", async () => {
    const { page, kept, close } = await house.open();
    const person = await join(page);
    await house.gatehouse.rows("update gatehouse.passkey_offer set again_at = now() - interval '1 day'");
    await page.context().clearCookies();
    await page.goto("/sign-in?return_to=%2Faccount%2Fprofile");
    await page.locator("[name=email]").fill(person.email);
    await page.locator("[name=password]").fill(person.password);
    await press(page, "Sign in");
    await page.getByText("Sign in faster next time?").waitFor();
    await press(page, "Add a passkey");
    await page.waitForURL("**/account/profile");
    expect(await kept()).toHaveLength(1);
    await close();
  });

  test("not again for 30 days after “not now”, and never after “don’t ask again”", async () => {
    const { page, context, close } = await house.open();
    const person = await join(page); // not now
    const again = async () => {
      await context.clearCookies();
      await typePassword(page, person, () => untilEquipped(page));
      return page.url().includes("/offer");
    };
    expect(await again()).toBe(false);
    await house.gatehouse.rows("update gatehouse.passkey_offer set again_at = now() - interval '1 second'");
    expect(await again()).toBe(true);
    await press(page, "Don’t ask again");
    await page.waitForURL("**/account");
    await house.gatehouse.rows("update gatehouse.passkey_offer set again_at = again_at - interval '1 year'");
    expect(await again()).toBe(false);
    await close();
  });
});
