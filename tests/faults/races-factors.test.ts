import { afterAll, beforeAll, expect, test } from "bun:test";
import { passkeys } from "../../src/capabilities/passkeys/index";
import { twoFactor } from "../../src/capabilities/two-factor/index";
import { get } from "../support/authenticator";
import { authenticatorOf, setUpFactor, type Authenticator } from "../support/authenticator-app";
import type { Got, Visitor } from "../support/harness";
import { add, list, signInOptions } from "../support/passkeys";
import {
  checkOf,
  patience,
  race,
  signIn,
  soon,
  startReplicas,
  times,
  type Member,
  type Replicas,
} from "../support/race";

/**
 * Codes, recovery codes and passkeys that are used at the same time, or while they are removed: F26 to F29 of
 * docs/reliability.md. Every figure is printed.
 */

let replicas: Replicas;
beforeAll(async () => {
  replicas = await startReplicas({}, [twoFactor, passkeys]);
});
afterAll(() => replicas.remove());

const page = "/account/security/second-factor";

/** Somebody with an app, in five browsers that are known, so that no limit stands before the race. */
async function inFiveBrowsers() {
  const member = await replicas.newMember();
  const app = await setUpFactor(member.visitor);
  const browsers = times(5, () => replicas.visitor());
  for (const browser of browsers) {
    await again(member);
    await signIn(browser, member.person.email, member.person.password);
    await browser.post("/second-step", { code: app.code() });
  }
  return { ...member, app, browsers };
}

/** As if no code had been used for a while. */
const again = ({ id }: Pick<Member, "id">) =>
  replicas.rows("update gatehouse.authenticator_app set last_step = 0 where user_id = $1", [id]);

const endAll = ({ id }: Pick<Member, "id">) => replicas.rows("delete from session where user_id = $1", [id]);

/** Twenty posts of one proof, from five sign-ins that wait, over all replicas. */
async function twenty({ person, browsers }: Member & { browsers: Visitor[] }, fields: Record<string, string>) {
  await Promise.all(browsers.map((browser) => signIn(browser, person.email, person.password)));
  const tabs = browsers.flatMap((browser) => times(4, () => replicas.otherTab(browser)));
  const got = await Promise.all(tabs.map((tab) => tab.post("/second-step", fields)));
  return { tabs, got };
}

const entered = (got: Got[]) => got.filter(({ location }) => location === "/account").length;

test(
  "F26 of twenty uses of one code by five sign-ins one gets in",
  async () => {
    const owner = await inFiveBrowsers();
    await race(replicas, "F26, app", async () => {
      await endAll(owner);
      await again(owner);
      const { got } = await twenty(owner, { code: owner.app.code() });
      expect([entered(got), (await replicas.sessions(owner.id)).length]).toEqual([1, 1]);
      return {
        "got in": 1,
        "found it used": got.filter(({ status }) => status === 422).length,
        "found their sign-in over": got.filter(({ location }) => location?.includes("step_over")).length,
        "turned away": got.filter(({ status }) => status === 429).length,
      };
    });
  },
  patience,
);

test(
  "F26 of twenty uses of one recovery code by five sign-ins one gets in",
  async () => {
    const owner = await inFiveBrowsers();
    const kept = await replicas.rows<{ hash: string }>("select * from gatehouse.recovery_code where user_id = $1", [
      owner.id,
    ]);
    await race(replicas, "F26, recovery", async (round) => {
      await endAll(owner);
      const { got } = await twenty(owner, { recovery: owner.app.recovery[round % 10] ?? "" });
      expect([entered(got), (await replicas.sessions(owner.id)).length]).toEqual([1, 1]);
      const left = await replicas.rows("select 1 from gatehouse.recovery_code where user_id = $1", [owner.id]);
      expect(left).toHaveLength(9);
      for (const { hash } of kept)
        await replicas.rows("insert into gatehouse.recovery_code values ($1, $2) on conflict do nothing", [
          owner.id,
          hash,
        ]);
      return { "got in": 1, "found it used": got.filter(({ status }) => status === 422).length };
    });
  },
  patience,
);

test(
  "F27 of twenty uses of one answer of a passkey one gets in",
  async () => {
    const { visitor, id } = await replicas.newMember();
    const { held } = await add(visitor);
    await race(replicas, "F27", async () => {
      await endAll({ id });
      const guest = replicas.visitor();
      const passkey = await get(await signInOptions(guest), guest.origin, held);
      const tabs = times(20, () => replicas.otherTab(guest));
      const got = await Promise.all(tabs.map((tab) => tab.post("/sign-in/passkey", { passkey, remember: "on" })));
      expect([entered(got), (await replicas.sessions(id)).length]).toEqual([1, 1]);
      return { "got in": 1, "found it used": got.filter(({ status }) => status === 422).length };
    });
  },
  patience,
);

/** Puts back what turning off, or a race, took away. */
async function restoring({ id }: Pick<Member, "id">) {
  const app = await replicas.rows("select to_jsonb(a) as row from gatehouse.authenticator_app a where user_id = $1", [
    id,
  ]);
  const codes = await replicas.rows("select to_jsonb(r) as row from gatehouse.recovery_code r where user_id = $1", [
    id,
  ]);
  const put = (table: string, rows: Record<string, unknown>[]) =>
    replicas.rows(
      `insert into gatehouse.${table} select * from jsonb_populate_recordset(null::gatehouse.${table}, $1::jsonb)
        on conflict do nothing`,
      [JSON.stringify(rows.map(({ row }) => row))],
    );
  return async () => {
    await put("authenticator_app", app);
    await put("recovery_code", codes);
  };
}

test(
  "F28 whoever comes in with a code while its app is turned off, is out when it is off",
  async () => {
    const owner = await inFiveBrowsers();
    const restore = await restoring(owner);
    await race(replicas, "F28", async (round) => {
      await restore();
      await again(owner);
      const { visitor, browsers, app, person } = owner;
      await Promise.all(browsers.map((browser) => signIn(browser, person.email, person.password)));
      const [off, ...got] = await Promise.all([
        soon(80).then(() => visitor.post(page, { act: "off", code: app.recovery[round % 10] ?? "" })),
        ...browsers.map((browser, i) =>
          soon(30).then(() => browser.post("/second-step", i === 0 ? { code: app.code() } : { code: "000000" })),
        ),
      ]);
      expect(off.location).toBe(page);
      expect(await Promise.all([visitor, ...browsers].map(checkOf))).toEqual([200, 401, 401, 401, 401, 401]);
      expect(await replicas.sessions(owner.id)).toHaveLength(1);
      return { "let in, and out again": entered(got), "too late": 1 - entered(got) };
    });
  },
  patience,
);

/** Sets up an app with what the page offered. */
const confirm = (visitor: Visitor, sealed: string, app: Authenticator) =>
  visitor.post(page, { act: "confirm", sealed, code: app.code() });

test(
  "F29 nobody who comes in by the password alone stays, once a second factor is set up",
  async () => {
    const { visitor, person, id } = await replicas.newMember();
    const app = await setUpFactor(visitor);
    await race(replicas, "F29", async () => {
      await replicas.rows("delete from gatehouse.authenticator_app where user_id = $1", [id]);
      const offered = await visitor.post(page, { act: "begin" });
      const sealed = offered.page.querySelector("input[name=sealed]")?.getAttribute("value") ?? "";
      const secret = offered.page.querySelector(".secret")?.text.replace(/\s/g, "") ?? "";
      const strangers = times(4, () => replicas.visitor());
      const [made, ...got] = await Promise.all([
        soon(300).then(() => confirm(visitor, sealed, { ...app, code: authenticatorOf(secret).code })),
        ...strangers.map((stranger) =>
          stranger.post("/sign-in", { email: person.email, password: person.password, remember: "on" }),
        ),
      ]);
      expect(made.status).toBe(200);
      expect(await Promise.all([visitor, ...strangers].map(checkOf))).toEqual([200, 401, 401, 401, 401]);
      expect(await replicas.sessions(id)).toHaveLength(1);
      return {
        "let in, and out again": got.filter(({ location }) => location?.startsWith("/account")).length,
        "asked for a code": got.filter(({ location }) => location === "/second-step").length,
        "turned away": got.filter(({ status }) => status !== 303).length,
      };
    });
  },
  patience,
);

test(
  "F28 a passkey that is removed while it signs in leaves nobody signed in by it",
  async () => {
    const { visitor, id } = await replicas.newMember();
    const [mine] = await replicas.sessions(id);
    await race(replicas, "F28, passkey", async () => {
      await replicas.rows("delete from session where user_id = $1 and id <> $2", [id, mine?.id]);
      const { held } = await add(visitor);
      const [own] = await replicas.rows<{ id: string }>("select id from gatehouse.passkey where user_id = $1", [id]);
      const guest = replicas.visitor();
      const passkey = await get(await signInOptions(guest), guest.origin, held);
      const [got, removed] = await Promise.all([
        soon(10).then(() => guest.post("/sign-in/passkey", { passkey })),
        soon(120).then(() => visitor.post(`${list}/${own?.id}`, { remove: "on" })),
      ]);
      expect(removed.status).toBe(303);
      expect(await checkOf(guest)).toBe(got.status === 303 ? 200 : 401);
      return { "in before": Number(got.status === 303), "too late": Number(got.status !== 303) };
    });
  },
  patience,
);
