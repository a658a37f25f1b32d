import { afterAll, beforeAll, expect, test } from "bun:test";
import { days, inMilliseconds } from "../../src/time";
import type { Got, Visitor } from "../support/harness";
import { checkOf, patience, race, signIn, soon, startReplicas, tally, times, type Replicas } from "../support/race";

/**
 * Sessions that begin, end and are used at the same time: F5, F6 and F25 of docs/reliability.md. Every figure is
 * printed.
 */

let replicas: Replicas;
beforeAll(async () => {
  replicas = await startReplicas();
});
afterAll(() => replicas.remove());

test(
  "F5 changing the password leaves nobody signed in who signed in with the old one meanwhile",
  async () => {
    const { visitor, person, id } = await replicas.newMember();
    await race(replicas, "F5", async (round) => {
      const next = `changed by its owner ${round}`;
      const strangers = times(4, () => replicas.visitor());
      const entries = strangers.map((stranger) => soon(60).then(() => signIn(stranger, person.email, person.password)));
      const [changed, ...entered] = await Promise.all([
        visitor.post("/account/password", { current: person.password, password: next, others: "on" }),
        ...entries,
      ]);
      expect(changed.location).toBe("/account/password?notice=password_changed");
      expect(await Promise.all([visitor, ...strangers].map(checkOf))).toEqual([200, 401, 401, 401, 401]);
      expect(await replicas.sessions(id)).toHaveLength(1);
      expect(await replicas.rows("select 1 from gatehouse.device where user_id = $1", [id])).toHaveLength(1);
      person.password = next;
      return {
        "let in, and out again": entered.filter((status) => status === 303).length,
        refused: entered.filter((status) => status !== 303).length,
      };
    });
  },
  patience,
);

test(
  "F5 changing the password leaves no link to an address that somebody asked for in a session it ends",
  async () => {
    const { visitor, person, id } = await replicas.newMember();
    await race(replicas, "F5, addresses", async (round) => {
      const thief = replicas.visitor();
      await signIn(thief, person.email, person.password);
      const next = `changed by its owner ${round}`;
      const addresses = times(20, (i) => `thief${round}x${i}@example.org`);
      const asks = addresses.map((email) =>
        soon(160).then(() => replicas.otherTab(thief).post("/account/email", { email })),
      );
      const [changed, ...asked] = await Promise.all([
        visitor.post("/account/password", { current: person.password, password: next, others: "on" }),
        ...asks,
      ]);
      expect(changed.location).toBe("/account/password?notice=password_changed");
      for (const address of addresses) await replicas.countMails(address);
      expect(await replicas.liveTokens(id, "confirm_email")).toEqual([]);
      person.password = next;
      return { "asked in time": asked.filter(({ location }) => location?.startsWith("/account/email")).length };
    });
  },
  patience,
);

/** A refresh is due, and how long the session has lived. */
const age = (id: string, days: number) =>
  replicas.rows(
    `update session set created_at = now() - make_interval(days => $2::int), updated_at = now() - interval '6 days',
      expires_at = now() + interval '6 hours' where user_id = $1`,
    [id, days],
  );

/**
 * Fifty checks in ten tabs, and two visits that extend it. Whatever began after `end` was answered finds nobody: at the
 * replica of whoever ended it at once, at the others once they have heard of it.
 */
async function useWhile(browser: Visitor, ender: Visitor, end: () => Promise<Got>) {
  let [endedAt, heardAt] = [Infinity, Infinity];
  const seen: { status: number; late: boolean }[] = [];
  const isLate = (tab: Visitor) => performance.now() > (tab.edge === ender.edge ? endedAt : heardAt);
  const note = async (tab: Visitor) => {
    const late = isLate(tab);
    seen.push({ status: await checkOf(tab), late });
  };
  const untilNobody = async (tab: Visitor) => {
    while (!isLate(tab) && (await checkOf(tab)) === 200) await Bun.sleep(1);
    expect(await checkOf(tab)).toBe(401);
  };
  const tabs = times(10, () => replicas.otherTab(browser));
  const checks = tabs.map(async (tab) => {
    for (let i = 0; i < 5; i++) await soon(4).then(() => note(tab));
  });
  const visits = ["/account", "/api/auth/get-session"].map((path) =>
    soon(10).then(() => replicas.otherTab(browser).get(path)),
  );
  await soon(10);
  const ended = await end();
  endedAt = performance.now();
  await replicas.caughtUp();
  heardAt = performance.now();
  const visited = await Promise.all(visits);
  await Promise.all(checks);
  for (const tab of tabs) await untilNobody(tab);
  expect(ended.status).toBe(303);
  expect((await tabs[0]?.get("/account"))?.location).toBe("/sign-in?return_to=%2Faccount");
  expect(visited.filter(({ status }) => status >= 500)).toEqual([]);
  expect(seen.filter(({ status, late }) => status !== 401 && (late || status !== 200))).toEqual([]);
  return {
    "checks before": seen.filter(({ status }) => status === 200).length,
    "checks after": seen.filter(({ late }) => late).length,
  };
}

test(
  "F6 a session that ends by signing out is over for every tab, and no visit brings it back",
  async () => {
    const { visitor, person, id } = await replicas.newMember();
    await race(replicas, "F6, sign-out", async () => {
      await signIn(visitor, person.email, person.password);
      await age(id, 6);
      const tab = replicas.otherTab(visitor);
      const figures = await useWhile(visitor, tab, () => tab.post("/sign-out", {}));
      expect(await replicas.sessions(id)).toEqual([]);
      return figures;
    });
  },
  patience,
);

test(
  "F6 a session that ends by another device is over for every tab, and no visit brings it back",
  async () => {
    const { visitor, person, id } = await replicas.newMember();
    const other = replicas.visitor();
    const [own] = await replicas.sessions(id);
    await race(replicas, "F6, another device", async (round) => {
      await signIn(other, person.email, person.password);
      await age(id, 0);
      const theirs = (await replicas.sessions(id)).find((session) => session.id !== own?.id)?.id ?? "";
      const figures = await useWhile(other, visitor, () =>
        visitor.post("/account/sessions", round % 2 ? { others: "on" } : { id: theirs }),
      );
      expect(await replicas.sessions(id)).toEqual(own ? [own] : []);
      return figures;
    });
  },
  patience,
);

test(
  "F6 a page that was asked for before the session was replaced leaves the browser the new one",
  async () => {
    const { visitor, person, id } = await replicas.newMember();
    await replicas.rows("update session set created_at = now() - interval '1 hour' where user_id = $1", [id]);
    const tab = replicas.otherTab(visitor);
    const [former] = await replicas.sessions(id);
    const hold = `do $$ begin
        lock table gatehouse.deletion;
        for i in 1..100 loop
          perform pg_sleep(0.1);
          exit when not exists (select from session where id = '${former?.id}');
        end loop;
      end $$`;
    const [page, proved] = await Promise.all([
      Bun.sleep(100).then(() => tab.get("/account")),
      Bun.sleep(300).then(() => visitor.post("/account/sessions", { others: "on", proof: person.password })),
      replicas.rows(hold),
    ]);
    expect([page.status, proved.status]).toEqual([200, 303]);
    expect(page.headers.getSetCookie()).toEqual([]);
  },
  patience,
);

test(
  "F25 fifty visits that would extend one session leave one, extended, never beyond its last day",
  async () => {
    const { visitor, id } = await replicas.newMember();
    const read = () =>
      replicas.rows<{ id: string; expires: Date; last: Date }>(
        `select id, expires_at as expires, created_at + interval '30 days' as last from session where user_id = $1`,
        [id],
      );
    await race(replicas, "F25", async (round) => {
      const isOld = round % 4 >= 2;
      await age(id, isOld ? 29 : 6);
      const [before] = await read();
      const began = Date.now();
      const paths = times(50, (i) => ((round % 3 === 2 ? i : round % 3) % 2 ? "/api/auth/get-session" : "/account"));
      const answers = await Promise.all(paths.map((path) => replicas.otherTab(visitor).get(path)));
      expect(tally(answers)).toEqual({ 200: 50 });
      const [after, ...others] = await read();
      expect([after?.id, others]).toEqual([before?.id, []]);
      const week = inMilliseconds(7 * days);
      const [earliest, latest] = isOld
        ? [before?.last.getTime(), before?.last.getTime()]
        : [began + week, Date.now() + week];
      expect(after?.expires.getTime()).toBeGreaterThan((earliest ?? 0) - 2000);
      expect(after?.expires.getTime()).toBeLessThan((latest ?? 0) + 2000);
      expect(after?.expires.getTime()).toBeLessThanOrEqual(before?.last.getTime() ?? 0);
      return { extended: 1 };
    });
  },
  patience,
);
