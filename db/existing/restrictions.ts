import type { Client } from "pg";
import { addedColumns, type Found } from "./columns";
import { misfitRows, notHeeded, type Problem, type RowCheck } from "./problem";

/**
 * What an app or a plugin of Better Auth keeps to shut people out, or to ask them for more than a password. Gatehouse
 * does not know such columns and tables, and would let everybody in: where a row restricts somebody, that is a problem.
 * `heeded` are the names of those that a capability knows.
 */
export async function restrictions(client: Client, columns: Found[], heeded: ReadonlySet<string>): Promise<Problem[]> {
  const present = new Set(columns.map(({ table }) => table));
  const unheeded = columns.filter(({ table, column }) => !heeded.has(`${table}.${column}`));
  const tables = await restrictingTables(client, heeded);
  return misfitRows(client, [...restrictingColumns(unheeded), ...tables], present);
}

/**
 * How the value of a column shuts somebody out: by being there, by not being there, by its word, until a time, or
 * from a time on.
 */
type Kind = "set" | "unset" | "word" | "role" | "until" | "from";

const list = (words: string) => new Set(words.split(" "));
const shut = list(
  "banned ban blocked disabled suspended suspension locked lockout deactivated frozen archived deleted removed " +
    "inactive restricted revoked rejected terminated closed paused quarantined anonymous blacklisted denied " +
    "forbidden expired unapproved pending impersonated impersonator invalid loggedout",
);
const open = list("active enabled approved allowed allow activated admitted valid permitted can");
/** Words of a name that say nothing by themselves beside one of the above. */
const neutral = list(
  "is account user login signin sign log logged in out has been was access at by on date time since until end " +
    "expires expiry expiration permanently profile member",
);
const factor = list("2fa mfa totp otp twofactor webauthn");
const aside = list("reason note comment message count"); // left behind when the restriction was lifted

const wordsOf = (name: string) =>
  name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
const isFactor = (words: string[]) =>
  words.some((word) => factor.has(word)) ||
  (words.includes("factor") && words.some((word) => /^(two|second|multi)$/.test(word)));

/** What a column's name says about its values; undefined for one that has nothing to do with who may sign in. */
export function kindOf(name: string): Kind | undefined {
  const words = wordsOf(name);
  const [telling, rest] = [words.filter((word) => !neutral.has(word)), words.filter((word) => neutral.has(word))];
  if (isFactor(words)) return "set";
  if (words.includes("password") && words.some((word) => /^(must|forced?|required?|needs|expired)$/.test(word)))
    return "set";
  if (words.some((word) => aside.has(word)) || (telling.includes("lockout") && telling.length > 1)) return undefined;
  if (telling.length === 0) return rest.some((word) => /^expir/.test(word)) ? "from" : undefined;
  const time = rest.some((word) => /^(until|end|expir)/.test(word));
  if (telling.every((word) => shut.has(word))) return time ? "until" : "set";
  if (telling.every((word) => open.has(word))) return time ? "from" : "unset";
  if (telling.length > 1) return undefined;
  return /^(status|state)$/.test(telling[0] ?? "") ? "word" : /^roles?$/.test(telling[0] ?? "") ? "role" : undefined;
}

const textOf = (words: Iterable<string>) => [...words].map((word) => `'${word}'`).join(", ");
const harmless = textOf(list("f false 0 no n off none never null active enabled {} []").add(""));
const absent = textOf([...shut, ..."f false 0 no n off none never null".split(" "), ""]);
const welcome = textOf(
  list("active enabled ok approved normal verified confirmed activated registered regular open valid 1 t true").add(""),
);

/** The condition, as SQL, under which a row is restricted. */
function conditionOf(kind: Kind, { column, type }: Found): string {
  const value = `"${column.replaceAll('"', '""')}"`;
  const word = `lower(${value}::text)`;
  const isTime = /^(timestamp|date)/.test(type);
  switch (kind) {
    case "unset":
      return `(${value} is null or ${word} in (${absent}))`;
    case "word":
      return `(${value} is not null and ${word} not in (${welcome}))`;
    case "role":
      return `(string_to_array(regexp_replace(${word}, '[^a-z,]', '', 'g'), ',') && array[${textOf(shut)}])`;
    case "until":
      return isTime ? `${value} > now()` : `(${value} is not null and ${word} not in (${harmless}))`;
    case "from":
      return isTime ? `${value} <= now()` : "false";
    case "set":
      return `(${value} is not null and ${word} not in (${harmless}))`;
  }
}

const restrictingTablesOfIdentity = ["user", "session", "account"];

function restrictingColumns(columns: Found[]): RowCheck[] {
  const added = addedColumns(columns);
  return added.flatMap((found) => {
    const { table, column, comment } = found;
    const kind = kindOf(column);
    if (!kind || !restrictingTablesOfIdentity.includes(table) || isKnown(comment)) return [];
    const ends = added.find(
      (each) => each.table === table && column === "banned" && /^ban_?expires$/i.test(each.column),
    );
    const stillOn = ends && /^timestamp/.test(ends.type) ? ` and coalesce("${ends.column}" > now(), true)` : "";
    const query = `select id from "${table}" where ${conditionOf(kind, found)}${stillOn}`;
    return [
      restriction({ tables: [table], name: `"${table}"."${column}"`, query, object: `column "${table}"."${column}"` }),
    ];
  });
}

const isKnown = (comment: string) => comment.toLowerCase().includes(notHeeded.toLowerCase());

interface Restricting {
  tables: string[];
  name: string;
  query: string;
  object: string;
}

const restriction = ({ tables, name, query, object }: Restricting): RowCheck => ({
  tables,
  query,
  what: [
    `row restricts somebody by ${name}, which Gatehouse does not know: it would let them in`,
    `rows restrict somebody by ${name}, which Gatehouse does not know: it would let them in`,
  ],
  remedy:
    "Lift those restrictions or delete those rows; or, where they do not say who may sign in, write that down: " +
    `comment on ${object} is '${notHeeded}'`,
});

/** Tables whose name says that whoever is in them is shut out, or has a second factor. */
async function restrictingTables(client: Client, heeded: ReadonlySet<string>): Promise<RowCheck[]> {
  const { rows } = await client.query<{ name: string; comment: string }>(
    `select relname as name, coalesce(obj_description(oid, 'pg_class'), '') as comment from pg_class
     where relnamespace = to_regnamespace('public') and relkind in ('r', 'p', 'v', 'm', 'f')
       and has_table_privilege(oid, 'select')
     order by 1`,
  );
  return rows
    .filter(({ name, comment }) => isRestricting(name) && !isKnown(comment) && !heeded.has(name))
    .map(({ name }) => {
      const table = `"${name.replaceAll('"', '""')}"`;
      return restriction({
        tables: ["user"],
        name: `the table ${table}`,
        query: `select from public.${table}`,
        object: `table ${table}`,
      });
    });
}

const people = list(
  "user users account accounts member members person people profile profiles email emails address addresses list " +
    "record records entry entries",
);
const shutTable = list(
  "ban bans banned blocked blacklist blacklisted blocklist suspension suspensions suspended lockout lockouts " +
    "disabled deactivated locked locks",
);

function isRestricting(name: string): boolean {
  const words = wordsOf(name);
  if (isFactor(words)) return true;
  return words.some((word) => shutTable.has(word)) && words.every((word) => shutTable.has(word) || people.has(word));
}
