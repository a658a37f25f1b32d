import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openDatabase } from "../../../db/database";
import { capabilities } from "../../../src/capabilities/index";
import { authenticatorOf } from "../../support/authenticator-app";
import { startGatehouse, type Gatehouse } from "../../support/harness";
import { startPostgres, type PostgresServer } from "../../support/postgres/server";

/** This version on the database of an earlier release, as it was when people used it: M4 of docs/reliability.md. */

let postgres: PostgresServer;
let gatehouse: Gatehouse;
beforeAll(async () => {
  postgres = await startPostgres();
  const database = await postgres.createDatabase();
  const written = readFileSync(join(import.meta.dir, "../../fixtures/releases/0.2.0.sql"), "utf8");
  await postgres.query(database, `set role app; ${written}; ${asIfToday}`);
  const url = postgres.url(database);
  const opened = await openDatabase({ driver: "postgres", url, directUrl: url, dataDirectory: "" }, () => undefined);
  const rows = <Row>(statement: string, values?: unknown[]) => postgres.query<Row>(database, statement, values);
  const close = () => opened.close();
  gatehouse = await startGatehouse({}, { database: opened, rows, takeAway: close, remove: close }, capabilities);
}, 60_000);
afterAll(async () => {
  await gatehouse.close();
  await postgres.remove();
});

const asIfToday = `
  update public.session set created_at = now(), updated_at = now(), expires_at = now() + interval '1 day';
  update gatehouse.deletion set asked_at = now(), due_at = now() + interval '3 days';
  update gatehouse.authenticator_app set last_step = 0`;

const password = "correct horse 9 battery staple";
const app = authenticatorOf("34RDOE7RVVOGB3AGDUZZXSLRG37KPDLL", ["q0q0f-8jgp4"]);
const cookies = {
  ada: "8F2CzFmPp35l7Q6-2yB3XT1pPA9-4b_VRPByPOs0yq4.am2cdxoa8ZOzfVyqCEC6n1wPzsyuD4uRUEnU3lyoBw0%3D",
  bob: "gHNdHUlyTmjNKwFl21CTVeA0MXTxSjaj.TpQ5wnvxYtIzc22EF0EXWWmeFbzyyqlm1OfdqYpOZoY%3D",
};

test("M4 whoever was signed in at 0.2.0 is so after the upgrade, with what was proved then", async () => {
  const told = async (token: string): Promise<unknown> => {
    const visitor = gatehouse.visitor();
    visitor.cookies.set("better-auth.session_token", token);
    expect((await visitor.get("/account/activity")).status).toBe(200);
    return JSON.parse((await visitor.get("/api/session")).text);
  };
  expect(await told(cookies.ada)).toMatchObject({ user: { email: "ada@example.org" }, session: { factors: 2 } });
  expect(await told(cookies.bob)).toMatchObject({ user: { email: "bob@example.org" }, session: { factors: 1 } });
});

test("M4 a password, an app and a recovery code of 0.2.0 go on working, and who left stays away", async () => {
  const leads = async (email: string) => {
    const visitor = gatehouse.visitor();
    return { visitor, to: (await visitor.signIn({ email, password })).location };
  };
  expect((await leads("bob@example.org")).to).toBe("/account");
  const steps: Record<string, string>[] = [{ code: app.code() }, { recovery: app.recovery[0] ?? "" }];
  for (const step of steps) {
    const { visitor, to } = await leads("ada@example.org");
    expect(to).toBe("/second-step");
    expect((await visitor.post("/second-step", step)).location).toBe("/account");
  }
  expect((await leads("cy@example.org")).to).toBe("/account/delete");
  expect(await gatehouse.rows("select asked_at from gatehouse.deletion")).toHaveLength(1);
});
