import { authenticatorOf, secretOn, setUpFactor, type Authenticator } from "../support/authenticator-app";
import type { Gatehouse, Visitor } from "../support/harness";
import { equipped } from "../support/passwordless";

/** Sign-ins that wait for their second step, and what a victim who sets one up has in hand. */
export interface SecondFactorWorld {
  /** The Cookie header of a browser that waits for a code, and the app that makes it. */
  waiting: { cookie: string; app: Authenticator };
  /** The same of a browser that has to set up an app first. */
  settingUp: { cookie: string; sealed: string; app: Authenticator };
  /** Of the victim's browser, who is about to set up an app, and has codes from before. */
  offered: { sealed: string; app: Authenticator; sealedCodes: string };
  /** The Cookie header of somebody with an app, recovery codes and a passkey. */
  equipped: string;
}

const path = "/account/security/second-factor";
const sealedOn = ({ page }: Awaited<ReturnType<Visitor["get"]>>) =>
  page.querySelector("input[name=sealed]")?.getAttribute("value") ?? "";

/** Makes those sign-ins, and what the victim's browser was offered. */
export async function makeSecondFactors(gatehouse: Gatehouse, victim: Visitor): Promise<SecondFactorWorld> {
  const waiting = await waitingFor(gatehouse);
  const settingUp = await waitingFor(gatehouse);
  const hash = "(select hash from gatehouse.second_step order by created_at desc limit 1)";
  await gatehouse.rows(`update gatehouse.second_step set kind = 'set_up' where hash = ${hash}`);
  await gatehouse.rows("update gatehouse.second_step set expires_at = now() + interval '1 day'");
  const asked = await settingUp.visitor.get("/second-step/set-up");
  const offer = await victim.post(path, { act: "begin" });
  const sealedCodes = await codesOf(gatehouse, victim, offer);
  return {
    waiting: { cookie: waiting.visitor.cookieHeader(), app: waiting.app },
    settingUp: {
      cookie: settingUp.visitor.cookieHeader(),
      sealed: sealedOn(asked),
      app: authenticatorOf(secretOn(asked)),
    },
    offered: {
      sealed: sealedOn(offer),
      app: authenticatorOf(secretOn(offer)),
      sealedCodes,
    },
    equipped: (await equipped(gatehouse)).visitor.cookieHeader(),
  };
}

async function waitingFor(gatehouse: Gatehouse) {
  const [owner, visitor] = [gatehouse.visitor(), gatehouse.visitor()];
  const person = await owner.join();
  await gatehouse.rows(`update "user" set email_verified = true where email = $1`, [person.email]);
  const app = await setUpFactor(owner);
  await gatehouse.rows("update gatehouse.authenticator_app set last_step = 0");
  await visitor.signIn(person);
  return { visitor, app };
}

/** What the form for the file carries once an app was set up; which is taken back. */
async function codesOf(gatehouse: Gatehouse, victim: Visitor, offer: Awaited<ReturnType<Visitor["get"]>>) {
  const cookies = new Map(victim.cookies);
  const rows = await gatehouse.rows<{ line: string }>("select to_jsonb(s)::text as line from session s");
  const made = await victim.submit(offer, { code: authenticatorOf(secretOn(offer)).code() });
  await gatehouse.rows(`delete from gatehouse.authenticator_app where user_id not in
    (select user_id from gatehouse.second_step)`);
  await gatehouse.rows("delete from session");
  const lines = `[${rows.map(({ line }) => line).join()}]`;
  await gatehouse.rows("insert into session select * from jsonb_populate_recordset(null::session, $1::jsonb)", [lines]);
  victim.cookies.clear();
  for (const [name, value] of cookies) victim.cookies.set(name, value);
  return sealedOn(made);
}
