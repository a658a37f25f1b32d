import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { twoFactor } from "../../src/capabilities/two-factor/index";
import { authenticatorOf, halfAMinuteLater, newFactorOwner, secretOn } from "../support/authenticator-app";
import { startGatehouse, type Gatehouse, type Visitor } from "../support/harness";

/** Browsers that their owner trusts, in which no code is asked for. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({}, undefined, [twoFactor]);
});
afterAll(() => gatehouse.close());

const page = "/account/security/second-factor";

const sessionOf = async (visitor: Visitor) => JSON.parse((await visitor.get("/api/session")).text).session;

/** The owner's browser, which signs in once more and is trusted from now on. */
async function trusting() {
  const owner = await newFactorOwner(gatehouse);
  const { visitor, person, app } = owner;
  await visitor.post("/sign-out", {});
  await visitor.signIn(person);
  expect((await visitor.post("/second-step", { code: app.code(), trust: "on" })).location).toBe("/account");
  await halfAMinuteLater(gatehouse, person);
  await visitor.post("/sign-out", {});
  return owner;
}

describe("a trusted browser", () => {
  test("is asked for no code for thirty days, and no longer", async () => {
    const { visitor, person } = await trusting();
    expect((await visitor.signIn(person)).location).toBe("/account");
    expect(await sessionOf(visitor)).toMatchObject({ factors: 2, methods: ["password", "trusted-browser"] });
    expect((await gatehouse.visitor().signIn(person)).location).toBe("/second-step"); // in any other browser
    await gatehouse.rows("update gatehouse.trusted_browser set until = now()");
    await visitor.post("/sign-out", {});
    expect((await visitor.signIn(person)).location).toBe("/second-step");
  });

  test("stays trusted when the hash of its owner's password is replaced by one of ours", async () => {
    const { visitor, person, app } = await newFactorOwner(gatehouse);
    const foreign = await Bun.password.hash(person.password, { algorithm: "bcrypt", cost: 4 });
    const owner = `user_id = (select id from "user" where email = '${person.email}')`;
    await gatehouse.rows(`update account set password = $1 where ${owner}`, [foreign]);
    await visitor.post("/sign-out", {});
    await visitor.signIn(person);
    await visitor.post("/second-step", { code: app.code(), trust: "on" });
    const [kept] = await gatehouse.rows<{ password: string }>(`select password from account where ${owner}`);
    expect(kept?.password).toStartWith("$argon2id$");
    for (let times = 0; times < 2; times++) {
      await visitor.post("/sign-out", {});
      expect((await visitor.signIn(person)).location).toBe("/account");
    }
  });

  test("is trusted no more once another app takes the place of the one that it was trusted with", async () => {
    const { visitor, person, app } = await trusting();
    await visitor.signIn(person);
    const offered = await visitor.post(page, { act: "change", code: app.code() });
    await visitor.submit(offered, { code: authenticatorOf(secretOn(offered)).code() });
    await visitor.post("/sign-out", {});
    expect((await visitor.signIn(person)).location).toBe("/second-step");
  });
});

describe("a trusted browser", () => {
  test("is trusted for its owner alone, whoever else has the very same hash", async () => {
    const { visitor, person } = await trusting();
    const other = await newFactorOwner(gatehouse);
    const passwordOf = '(select password from account join "user" u on u.id = user_id where email = $1)';
    const ofOther = 'user_id = (select id from "user" where email = $2)';
    const both = [person.email, other.person.email];
    await gatehouse.rows(`update account set password = ${passwordOf} where ${ofOther}`, both);
    const { location } = await visitor.signIn({ ...other.person, password: person.password });
    expect(location).toBe("/second-step");
  });

  test("is trusted no more once the password is another, the device is forgotten, or its owner says so", async () => {
    const ended: ((about: Awaited<ReturnType<typeof trusting>>) => Promise<unknown>)[] = [
      async ({ visitor, person }) => {
        await visitor.signIn(person);
        const fields = { current: person.password, password: "a newly chosen pass phrase" };
        await visitor.post("/account/password", fields);
        person.password = fields.password;
      },
      ({ person }) =>
        gatehouse.rows(`delete from gatehouse.device where user_id = (select id from "user" where email = $1)`, [
          person.email,
        ]),
      async ({ visitor, person }) => {
        await visitor.signIn(person);
        expect((await visitor.get(page)).text).toContain("1 trusted browser");
        await visitor.post(page, { act: "forget" });
      },
    ];
    for (const end of ended) {
      const about = await trusting();
      await end(about);
      await about.visitor.post("/sign-out", {});
      expect((await about.visitor.signIn(about.person)).location).toBe("/second-step");
    }
  });
});

test("a browser is counted as trusted no more once the password is another", async () => {
  const { visitor, person } = await trusting();
  await visitor.signIn(person);
  expect((await visitor.get(page)).text).toContain("1 trusted browser");
  await visitor.post("/account/password", { current: person.password, password: "a newly chosen pass phrase" });
  const shown = await visitor.get(page);
  expect([shown.status, shown.text.includes("trusted browser")]).toEqual([200, false]);
});
