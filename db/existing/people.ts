import type { Client } from "pg";
import { notice, type Finding } from "./server";

/** An address that the sign-in form takes, as `src/guard/fields.ts` has it. */
export const signInAddress =
  "^(?=.{1,254}$)(?=[^@]{1,64}@)[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+" +
  "([a-z]{2,63}|xn--[a-z0-9-]{0,58}[a-z0-9])$";

const questions: { why: string; query: string }[] = [
  { why: "address", query: `select from "user" where email !~* '${signInAddress.replaceAll("'", "''")}'` },
  {
    why: "no_password",
    query: `select from "user" where not exists (
      select from account
      where account.user_id = "user".id and provider_id = 'credential' and password is not null)`,
  },
];

/**
 * How many people were taken over who cannot sign in as they are, and why: their address is none, or they have no
 * password.
 */
export async function whoCannotSignIn(client: Client): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { why, query } of questions) {
    const { rows } = await client.query(`select count(*)::int as people from (${query}) as found`);
    if (rows[0]?.people > 0) findings.push(notice("database.cannot_sign_in", { why, people: rows[0].people }));
  }
  return findings;
}
