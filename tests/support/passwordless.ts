import type { Held } from "./authenticator";
import { halfAMinuteLater, newFactorOwner } from "./authenticator-app";
import type { Gatehouse, Person, Visitor } from "./harness";
import { add } from "./passkeys";

/** People who have no password, or could do without one. */

export const passwordPage = "/account/password";

/** Somebody with an app, recovery codes and a passkey, signed in with a browser of their own. */
export async function equipped(gatehouse: Gatehouse) {
  const owner = await newFactorOwner(gatehouse);
  const { held } = await add(owner.visitor);
  const [{ id: userId } = { id: "" }] = await gatehouse.rows<{ id: string }>(`select id from "user" where email = $1`, [
    owner.person.email,
  ]);
  return { ...owner, held, userId };
}

/** The same, once the password is removed. */
export async function withoutPassword(gatehouse: Gatehouse) {
  const owner = await equipped(gatehouse);
  const removed = await owner.visitor.post(passwordPage, { remove: "on" });
  if (removed.status !== 303) throw new Error(`Removing the password answered ${removed.status}.`);
  await halfAMinuteLater(gatehouse, owner.person);
  return owner;
}

/** The token of the link for a new password, which somebody has asked for. */
export async function resetToken(gatehouse: Gatehouse, { email }: Pick<Person, "email">): Promise<string> {
  await gatehouse.rows("delete from gatehouse.throttle"); // the mail of the sign-up was a moment ago
  await gatehouse.visitor().post("/forgot-password", { email });
  const tokenIn = (text: string) => /reset-password\?token=([\w-]{43})/.exec(text)?.[1];
  const found = (await gatehouse.mailsTo(email)).flatMap(({ text }) => tokenIn(text) ?? []);
  return found[0] ?? ""; // another mail, about what happened before, may have been sent after it
}

/** What the session of a visitor is worth; or the status that says that there is none. */
export async function sessionOf(visitor: Visitor) {
  const got = await visitor.get("/api/session");
  return got.status === 200 ? JSON.parse(got.text).session : got.status;
}

/** As if everybody had signed in an hour ago. */
export const grow = ({ rows }: Gatehouse) => rows("update session set created_at = now() - interval '1 hour'");

/** The hash of somebody's password; null where there is none. */
export async function hashOf({ rows }: Gatehouse, userId: string): Promise<string | null> {
  const found = await rows<{ password: string | null }>(
    "select password from account where user_id = $1 and provider_id = 'credential'",
    [userId],
  );
  return found[0]?.password ?? null;
}

export type Owner = Awaited<ReturnType<typeof equipped>>;
export type { Held };
