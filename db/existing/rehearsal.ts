import type { Client } from "pg";
import { counted } from "../counted";

/**
 * Does once, with two people nobody knows, what every visitor's day is made of, and takes it back: whatever of the
 * database's own (a trigger, a constraint, a policy, a rule) would refuse or change it does so now. Throws the
 * database's error, or an Error that says what came back otherwise. Runs inside a transaction.
 */
export async function rehearse(client: Client): Promise<void> {
  await client.query("savepoint rehearsal");
  for (const each of [short, long]) {
    await signUp(client, each);
    await change(client, each);
  }
  for (const { id } of [short, long]) await leave(client, id);
  await client.query("rollback to savepoint rehearsal");
}

interface Pretended {
  id: string;
  name: string;
  email: string;
  image: string | null;
  ipAddress: string | null;
  userAgent: string | null;
}

const label = "r".repeat(60);
const short: Pretended = {
  id: `rehearsal-${crypto.randomUUID()}`,
  name: "R",
  email: "r@rehearsal.example.com",
  image: null,
  ipAddress: null,
  userAgent: null,
};
/** A person of whom every value is as long as it may be. */
const long: Pretended = {
  id: `rehearsal-${crypto.randomUUID()}`,
  name: "Rehearsal é \u{1F600}".padEnd(98, "r"),
  email: `${label}@${label}.${label}.${"r".repeat(57)}.example.com`,
  image: `https://example.com/${"r".repeat(2000)}`,
  ipAddress: "2001:0db8:85a3:0000:0000:8a2e:0370:7334",
  userAgent: "r".repeat(2000),
};

const far = new Date("9999-01-01T00:00:00.123Z");

/** Writes the rows of a sign-up, of two sign-ins and of a code. */
async function signUp(client: Client, { id, name, email, image, ipAddress, userAgent }: Pretended) {
  const write = (table: string, values: Record<string, unknown>) =>
    insert(client, table, { created_at: new Date(), updated_at: new Date(), ...values });
  await write(`"user"`, { id, name, email, email_verified: false, image });
  await write("account", {
    id,
    account_id: id,
    provider_id: "credential",
    user_id: id,
    password: `$argon2id$${"r".repeat(150)}`,
    scope: null,
  });
  for (const each of ["1", "2"])
    await write("session", {
      id: id + each,
      token: id + each,
      user_id: id,
      expires_at: far,
      ip_address: ipAddress,
      user_agent: userAgent,
    });
  await write("verification", { id, identifier: id, value: "r".repeat(2000), expires_at: far });
}

/** Changes the rows in each way that Gatehouse does, and ends one session. */
async function change(client: Client, { id, name, email, image }: Pretended) {
  await run(client, {
    statement: `update "user" set email_verified = true, name = $2, image = $3, email = $4, updated_at = now()
                where id = $1`,
    values: [id, `${name}r`, image, `x${email.slice(1)}`],
  });
  await run(client, {
    statement: "update account set password = $2, updated_at = now() where user_id = $1",
    values: [id, null],
  });
  await run(client, {
    statement: "update session set expires_at = $2, updated_at = now() where user_id = $1",
    values: [id, far],
    expected: 2,
  });
  await run(client, { statement: "delete from session where id = $1", values: [`${id}1`] });
  await run(client, { statement: "delete from verification where id = $1", values: [id] });
}

/** Deletes the account. Throws where a row that belongs to it stays. */
async function leave(client: Client, id: string) {
  await run(client, { statement: `delete from "user" where id = $1`, values: [id] });
  const { rows } = await client.query(
    `select 'account' as left_over from account where user_id = $1
     union all select 'session' from session where user_id = $1`,
    [id],
  );
  if (rows.length > 0) throw new Error(`the ${rows[0].left_over} of a deleted person stays`);
}

/** Writes a row. Throws where it does not read back as it was written. */
async function insert(client: Client, table: string, values: Record<string, unknown>) {
  const names = Object.keys(values);
  const places = names.map((_, index) => `$${index + 1}`);
  await client.query(`insert into ${table} (${names.join(", ")}) values (${places.join(", ")})`, Object.values(values));
  const same = names
    .filter((name) => !name.endsWith("ted_at"))
    .map((name) => `${name} is not distinct from $${names.indexOf(name) + 1}`);
  const checked = names
    .filter((name) => name.endsWith("ted_at"))
    .map((name) => `($${names.indexOf(name) + 1}::timestamptz is not null)`);
  const { rows } = await client.query(
    `select from ${table} where ${[...same, ...checked].join(" and ")}`,
    Object.values(values),
  );
  if (rows.length !== 1) throw new Error(`a row of ${table} is not kept as it is written`);
}

interface Statement {
  statement: string;
  values: unknown[];
  /** How many rows must change; one, unless said. */
  expected?: number;
}

/** Changes rows. Throws where another number of rows than expected changed. */
async function run(client: Client, { statement, values, expected = 1 }: Statement) {
  const { rowCount } = await client.query(statement, values);
  if (rowCount !== expected)
    throw new Error(
      `\`${statement.split(/\s+where /)[0]}\` changes ${counted(rowCount ?? 0, "row", "rows")} instead of ${expected}`,
    );
}
