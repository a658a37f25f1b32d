import { expect } from "bun:test";
import { join } from "node:path";
import { startGatehouse, type Gatehouse, type Got, type Visitor } from "./harness";

/** One file of the contract: what is asked, and what is answered, byte for byte. */
export interface Golden<Request> {
  request: Request;
  response: { status: number; headers: Record<string, string>; absentHeaders: string[]; body: unknown };
}

/** Asks what a golden file says, on behalf of whoever the situation brings. */
export type Ask = (visitor: Visitor) => Promise<Got>;

/** The golden file of a folder by its name. */
export const goldenIn = <Request>(folder: string, name: string): Promise<Golden<Request>> =>
  Bun.file(join(folder, `${name}.json`)).json();

/** Holds an answer to a golden one. */
export function expectGolden(got: Got, { status, headers, absentHeaders, body }: Golden<unknown>["response"]): void {
  expect(got.status).toBe(status);
  for (const [header, value] of Object.entries(headers)) expect(got.headers.get(header)).toBe(value);
  for (const header of absentHeaders) expect(got.headers.has(header)).toBe(false);
  if (body === null) expect(got.text).toBe("");
  else expect(generalised(JSON.parse(got.text), body)).toEqual(body);
}

/** Somebody who is signed in asks. */
export async function signedIn(gatehouse: Gatehouse, ask: Ask): Promise<Got> {
  const visitor = gatehouse.visitor();
  await visitor.join();
  return ask(visitor);
}

/** The same, once a second factor was proved too. */
export async function withTwoFactors(gatehouse: Gatehouse, ask: Ask): Promise<Got> {
  const visitor = gatehouse.visitor();
  const { email } = await visitor.join();
  await gatehouse.rows(
    `insert into gatehouse.session_factor (id, user_id, factors, methods)
      select s.id, u.id, 2, 'password totp' from session s join "user" u on u.id = s.user_id where u.email = $1`,
    [email],
  );
  return ask(visitor);
}

/** The same, once they were given a role. */
export async function withRole(gatehouse: Gatehouse, ask: Ask): Promise<Got> {
  const visitor = gatehouse.visitor();
  const { email } = await visitor.join();
  await giveRole(gatehouse, email);
  return ask(visitor);
}

/** Gives somebody a role by SQL. */
export const giveRole = (gatehouse: Gatehouse, email: string, role: "admin" | "support" = "admin") =>
  gatehouse.rows(`insert into gatehouse.role (user_id, role) select id, $2 from "user" where email = $1`, [
    email,
    role,
  ]);

/** The same, and the database is gone. */
export async function unavailable(settings: Record<string, string>, ask: Ask): Promise<Got> {
  const broken = await startGatehouse(settings);
  const visitor = broken.visitor();
  await visitor.join();
  await broken.takeAway();
  return ask(visitor);
}

/** Puts the contract's placeholders in place of what differs from person to person. */
function generalised(value: unknown, pattern: unknown): unknown {
  if (pattern === "<boolean>") return typeof value === "boolean" ? pattern : value;
  if (pattern === "<time>") return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(String(value)) ? pattern : value;
  if (typeof pattern === "string" && /^<\w+>$/.test(pattern))
    return typeof value === "string" && value !== "" ? pattern : value;
  if (Array.isArray(value)) return value.map((part, at) => generalised(part, Array.isArray(pattern) && pattern[at]));
  if (value === null || typeof value !== "object" || pattern === null || typeof pattern !== "object") return value;
  const parts: Record<string, unknown> = { ...pattern };
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, generalised(part, parts[key])]));
}
