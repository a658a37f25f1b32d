import { Secret, TOTP } from "otpauth";
import type { Gatehouse, Got, Person, Visitor } from "./harness";

/** Somebody's phone: an authenticator app, and the recovery codes that were saved. */
export interface Authenticator {
  secret: string;
  recovery: string[];
  /** The code of now, or of so many steps of half a minute later. */
  code(stepsLater?: number): string;
}

const page = "/account/security/second-factor";

/** What an app does with a secret. */
export const authenticatorOf = (secret: string, recovery: string[] = []): Authenticator => ({
  secret,
  recovery,
  code: (stepsLater = 0) =>
    new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + stepsLater * 30_000 }),
});

/** The secret that a page shows, as it is typed off. */
export const secretOn = ({ page: shown }: Got): string => shown.querySelector(".secret")?.text.replace(/\s/g, "") ?? "";

/** The recovery codes that a page shows. */
export const recoveryOn = ({ page: shown }: Got): string[] =>
  shown.querySelectorAll(".recovery-codes li").map(({ text }) => text.trim());

/** Sets up the second factor of a visitor who is signed in, through the pages. */
export async function setUpFactor(visitor: Visitor): Promise<Authenticator> {
  const offered = await visitor.post(page, { act: "begin" });
  const app = authenticatorOf(secretOn(offered));
  const sealed = offered.page.querySelector("input[name=sealed]")?.getAttribute("value") ?? "";
  const made = await visitor.post(page, { act: "confirm", sealed, code: app.code() });
  if (made.status !== 200) throw new Error(`Setting up answered ${made.status}: ${made.text}`);
  return { ...app, recovery: recoveryOn(made) };
}

/** A person with a second factor, whose address is confirmed; signed in with a browser of their own. */
export async function newFactorOwner(gatehouse: Gatehouse) {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  await gatehouse.rows(`update "user" set email_verified = true where email = $1`, [person.email]);
  const app = await setUpFactor(visitor);
  await halfAMinuteLater(gatehouse, person);
  return { visitor, person, app };
}

/** As if the last code had been used a while ago: the next one counts. */
export const halfAMinuteLater = (gatehouse: Gatehouse, { email }: Person) =>
  gatehouse.rows(
    `update gatehouse.authenticator_app set last_step = last_step - 3
      where user_id = (select id from "user" where email = $1)`,
    [email],
  );
