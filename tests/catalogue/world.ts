import type { Purpose } from "../../src/account/tokens";
import { sha256 } from "../../src/guard/keys";
import { capabilities } from "../../src/capabilities/index";
import { create, get } from "../support/authenticator";
import { add, newOptions, signInOptions } from "../support/passkeys";
import { newPerson, startGatehouse, type Gatehouse, type Person, type Visitor } from "../support/harness";

import { backendKey } from "../support/polls";
import { makeSecondFactors, type SecondFactorWorld } from "./second-factor";
import { makeAdministered, type Administered } from "./admin-routes";
import { makeUnopened, type Unopened } from "./sign-up-routes";

/** Somebody to attack, and all that an attacker could wish to change or steal. */
export interface World {
  gatehouse: Gatehouse;
  /** The victim: signed in here and on other devices, the address confirmed. */
  member: Person;
  /** The Cookie header of the victim's browser, with a session of a moment ago. */
  cookie: string;
  /** The same of a browser in which the victim signed in an hour ago. */
  unproven: string;
  /** Another session of the victim's, and one that is somebody else's. */
  ids: { own: string; foreign: string };
  /** Just signed up: the address waits for these digits. */
  newcomer: Person & { code: string };
  newcomerCookie: string;
  secondFactor: SecondFactorWorld;
  unopened: Unopened;
  administered: Administered;
  /** Links that work, one of each kind, and such that are too old. */
  tokens: Record<LinkKind, string>;
  expired: Record<LinkKind, string>;
  /** Cookies that were good once, by what ended them. */
  dead: Record<string, string>;
  /** The file names of an asset and of a picture, and the id of a mail in the inbox. */
  asset: string;
  picture: string;
  mail: string;
  /** The id of a passkey of the victim's, and answers of the authenticator to be sent. */
  passkey: { id: string; enter: string; another: string };
}

/** What a link in a mail is for. */
type LinkKind = Purpose | "invitation";

export const trustedOrigin = "https://docs.example.com";
export const sessionCookie = "better-auth.session_token";

const settings = {
  ...{ TRUSTED_ORIGINS: trustedOrigin, GATEHOUSE_BACKEND_KEY: backendKey },
  GATEHOUSE_FRESH_MINUTES: "55", // a busy machine takes longer than a quarter of an hour for all of the catalogue
};

/** Over 72 bytes, with a letter in each of the forms that Unicode could fold; nobody's guess. */
const memberPassword =
  "\u00C5ngstr\u00F6m, \uFB01fth \u00E9dition: correct horse battery staple, and seventy-two bytes more";

export async function makeWorld(): Promise<World> {
  const gatehouse = await startGatehouse(settings, undefined, capabilities);
  const browser = gatehouse.visitor();
  const member = await browser.join({ ...newPerson(), password: memberPassword });
  await gatehouse.rows(
    `update "user" set email_verified = true, image = 'https://example.org/me.png' where email = $1`,
    [member.email],
  );
  const passkey = await addPasskey(gatehouse, browser);
  const secondFactor = await makeSecondFactors(gatehouse, browser);
  const unopened = await makeUnopened(gatehouse);
  const administered = await makeAdministered(gatehouse);
  const another = async () => {
    const visitor = gatehouse.visitor();
    await visitor.signIn(member);
    return { cookie: visitor.cookieHeader(), id: await sessionId(visitor) };
  };
  const [unproven, own, ended] = [await another(), await another(), await another()];
  await gatehouse.rows("update session set created_at = now() - interval '1 hour' where id = $1", [unproven.id]);
  await gatehouse.rows("update session set expires_at = now() - interval '1 second' where id = $1", [ended.id]);
  const { newcomer, verify, stranger } = await makeNewcomer(gatehouse);
  const dead = { expired: ended.cookie, ...(await deadCookies(gatehouse)) };
  await gatehouse.mailsTo("");
  await gatehouse.rows(`delete from gatehouse.mail_token where user_id <> (select id from "user" where email = $1)`, [
    newcomer.email,
  ]); // only links that we know
  const { tokens, expired } = await grantTokens(gatehouse, { member, newcomer, verify });
  const asset = (await browser.get("/account")).page.querySelector("link[rel=stylesheet]")?.getAttribute("href") ?? "";
  const mail = (await browser.get("/dev/mail")).text.match(/\/dev\/mail\/([\w-]+)/)?.[1] ?? "";
  const ids = { own: own.id, foreign: await sessionId(stranger) };
  const cookies = {
    cookie: browser.cookieHeader(),
    unproven: unproven.cookie,
    newcomerCookie: stranger.cookieHeader(),
  };
  const found = { asset: asset.replace("/assets/", ""), mail, picture: await addPicture(gatehouse, newcomer) };
  const made = { passkey, secondFactor, unopened, administered, ...found };
  return { gatehouse, member, ...cookies, ids, newcomer, tokens, expired, dead, ...made };
}

/** Only the browser that asked may send the answers. */
async function addPasskey(gatehouse: Gatehouse, browser: Visitor): Promise<World["passkey"]> {
  const { held } = await add(browser);
  await gatehouse.rows("insert into gatehouse.passkey_offer select user_id, now() from gatehouse.passkey");
  const [{ id } = { id: "" }] = await gatehouse.rows<{ id: string }>("select id from gatehouse.passkey");
  const { answer: another } = await create(await newOptions(browser), gatehouse.origin);
  return { id, another, enter: await get(await signInOptions(browser), gatehouse.origin, held) };
}

async function addPicture({ rows }: Gatehouse, { email }: Person): Promise<string> {
  const name = "a-picture-of-the-newcomer".padEnd(43, "x");
  await rows(
    `insert into gatehouse.picture (user_id, name, content) select id, $2, 'UklGRg==' from "user" where email = $1`,
    [email, name],
  );
  return `${name}.webp`;
}

const sessionId = async (visitor: Visitor): Promise<string> =>
  JSON.parse((await visitor.get("/api/session")).text).session.id;

async function makeNewcomer(gatehouse: Gatehouse) {
  const stranger = gatehouse.visitor();
  const person = await stranger.join();
  const text = (await gatehouse.mailsTo(person.email))[0]?.text ?? "";
  const verify = text.match(/token=([\w-]{43})/)?.[1] ?? "";
  return { newcomer: { ...person, code: text.match(/\b(\d{3} ?\d{3})\b/)?.[0] ?? "" }, verify, stranger };
}

async function deadCookies(gatehouse: Gatehouse) {
  const [left, gone] = [gatehouse.visitor(), gatehouse.visitor()];
  await left.join();
  const signedOut = left.cookieHeader();
  await left.post("/sign-out", {});
  const { email } = await gone.join();
  await gatehouse.rows(`delete from "user" where email = $1`, [email]);
  return { "signed out": signedOut, "of a deleted person": gone.cookieHeader() };
}

interface Owners {
  member: Person;
  newcomer: Person;
  /** The newcomer's link, which came by mail. */
  verify: string;
}

/** Links for the member, too old ones for the newcomer, and rows for blank tokens that nobody must ever find. */
async function grantTokens(gatehouse: Gatehouse, { member, newcomer, verify }: Owners) {
  const [live, old] = ["1 hour", "-1 hour"];
  const insert = (hash: string, purpose: Purpose, { owner: { email }, other, wait }: TokenRow) =>
    gatehouse.rows(
      `insert into gatehouse.mail_token (hash, purpose, user_id, email, other_email, expires_at)
        select $1, $2, id, $4, $5, now() + $6::interval from "user" where email = $3`,
      [hash, purpose, email, other ?? email, other && email, wait],
    );
  const tokens: Record<LinkKind, string> = { ...newTokens(), verify };
  const expired = newTokens();
  const otherOf = (purpose: Purpose, person: Person) =>
    purpose === "confirm_email" || purpose === "undo_email" ? `new-${person.email}` : null;
  for (const purpose of ["reset", "confirm_email", "undo_email", "not_me", "keep_factor"] as const) {
    await insert(sha256(tokens[purpose]), purpose, { owner: member, other: otherOf(purpose, member), wait: live });
    await insert(sha256(expired[purpose]), purpose, { owner: newcomer, other: otherOf(purpose, newcomer), wait: old });
  }
  await insert(sha256(expired.verify), "verify", { owner: member, other: null, wait: old });
  const invited = [tokens, expired, { invitation: "" }].map(({ invitation }) => sha256(invitation));
  await gatehouse.rows(
    `insert into gatehouse.invitation (email, language, by, hash, expires_at)
      select 'invited' || n || '@example.org', 'en', 'operator', hash,
        now() + interval '1 hour' * (case when n = 2 then -1 else 1 end)
      from unnest($1::text[]) with ordinality as h (hash, n)`,
    [`{${invited.join()}}`],
  );
  await insert("", "not_me", { owner: newcomer, other: null, wait: live });
  await insert(sha256(""), "undo_email", { owner: newcomer, other: null, wait: live });
  await gatehouse.rows(
    `insert into session (id, token, user_id, expires_at)
      select 'blank', '', id, now() + interval '1 day' from "user" where email = $1`,
    [newcomer.email],
  );
  return { tokens, expired };
}

interface TokenRow {
  owner: Person;
  /** The other email of a change of email. */
  other: string | null;
  /** Until it expires, as Postgres writes it. */
  wait: string;
}

function newTokens(): Record<LinkKind, string> {
  const make = () => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");
  return {
    verify: make(),
    reset: make(),
    confirm_email: make(),
    undo_email: make(),
    not_me: make(),
    keep_factor: make(),
    invitation: make(),
  };
}

const ofPasskeys = ["gatehouse.passkey", "gatehouse.passkey_user", "gatehouse.passkey_offer"];
/** The tables that a bad request must not change; a person's come after the person. */
export const kept = [
  ...[`"user"`, "session", "account", "gatehouse.mail_token", "gatehouse.deletion", "gatehouse.device"],
  ...["gatehouse.session_factor", "gatehouse.authenticator_app", "gatehouse.recovery_code", "gatehouse.second_step"],
  ...["gatehouse.trusted_browser", "gatehouse.factor_loss"],
  "gatehouse.picture",
  "gatehouse.invitation",
  ...["gatehouse.role", "gatehouse.suspension"],
  ...ofPasskeys,
];

/**
 * Those tables, as one JSON text each; once every mail that is due was sent. How often digits were tried is a limit.
 */
export async function snapshot({ gatehouse }: World): Promise<string[]> {
  await gatehouse.mailsTo("");
  const row = (table: string) =>
    table === "gatehouse.mail_token" ? `to_jsonb(t) || '{"code_tries":0}'` : "to_jsonb(t)";
  const only = (table: string) => (table === "session" ? "where expires_at > now()" : "");
  const texts = kept.map(
    (table) =>
      `(select coalesce(jsonb_agg(r order by r::text), '[]')::text
        from (select ${row(table)} as r from ${table} t ${only(table)}) s)`,
  );
  const [tables] = await gatehouse.rows<Record<string, string>>(
    `select ${texts.map((text, i) => `${text} as t${i}`).join(", ")}`,
  );
  return kept.map((_, i) => tables?.[`t${i}`] ?? "");
}

/** Puts everything back to how it was. */
export async function restore({ gatehouse }: World, tables: string[]): Promise<void> {
  // A mail that is being written meanwhile would bring its token into the rows that are put back.
  await gatehouse.mailsTo("");
  await gatehouse.rows("delete from gatehouse.outbox; delete from gatehouse.invitation");
  await gatehouse.rows(`delete from "user"`);
  for (const [i, table] of kept.entries())
    await gatehouse.rows(`insert into ${table} select * from jsonb_populate_recordset(null::${table}, $1::jsonb)`, [
      tables[i],
    ]);
  await gatehouse.rows("delete from gatehouse.throttle; delete from gatehouse.passkey_answered");
}
