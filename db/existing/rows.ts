import { ownColumns, type Found } from "./columns";
import type { RowCheck } from "./problem";

/** Rows that the rules of Gatehouse do not allow, or of which no right answer could be made. */
export const rowChecks = (columns: Found[]): RowCheck[] => [
  ...whose,
  ...passwords,
  ...answers,
  ...emptyColumns(columns),
  ...oddTimes(columns),
];

const orphans = (table: string): RowCheck => ({
  tables: [table, "user"],
  query: `select id from "${table}" where not exists (select from "user" where "user".id = "${table}".user_id)`,
  what: [`row of "${table}" belongs to nobody`, `rows of "${table}" belong to nobody`],
  remedy: "Delete them",
});

/** Addresses that differ only in upper and lower case: the lower case of ASCII, in any locale. */
export const sharedAddresses: RowCheck = {
  tables: ["user"],
  query: `select lower(email collate "C") as email from "user" group by 1 having count(*) > 1`,
  what: [
    "address belongs to several users, when upper and lower case are one, as they are here",
    "addresses belong to several users, when upper and lower case are one, as they are here",
  ],
  remedy: "Give each to one user",
};

const whose: RowCheck[] = [
  sharedAddresses,
  {
    tables: ["account"],
    query: "select provider_id, account_id from account group by 1, 2 having count(*) > 1",
    what: [
      `pair of provider_id and account_id is in "account" several times`,
      `pairs of provider_id and account_id are in "account" several times`,
    ],
    remedy: "Keep one of each",
  },
  {
    tables: ["session"],
    query: "select min(id) as id from session group by token having count(*) > 1",
    what: [`token is in "session" several times`, `tokens are in "session" several times`],
    remedy: "Delete those sessions",
  },
  orphans("account"),
  orphans("session"),
  {
    tables: ["account"],
    query: "select user_id from account where provider_id = 'credential' group by user_id having count(*) > 1",
    what: [
      `person has several passwords in "account" (provider_id 'credential')`,
      `people have several passwords in "account" (provider_id 'credential')`,
    ],
    remedy: "Keep the one that opens the account today",
  },
  {
    tables: ["account", "user"],
    query: `select id from account where provider_id = 'credential' and account_id <> user_id
            and exists (select from "user" where "user".id = account.account_id)`,
    what: [
      `password in "account" is one person's by user_id and another's by account_id`,
      `passwords in "account" are one person's by user_id and another's by account_id`,
    ],
    remedy: "Find out whose they are, and set account_id = user_id",
  },
];

/** The kinds of hashes that can be verified, as `src/guard/foreign-hash.ts` reads them. */
export const readableHash = `^(${[
  "(s2:[0-9A-Za-z]{16,32}|[0-9a-f]{32}):[0-9a-f]{128}",
  String.raw`(argon2)?\$argon2(id|i|d)\$v=19\$m=[0-9]+,t=[0-9]+,p=[0-9]+\$[A-Za-z0-9+/]{11,}\$[A-Za-z0-9+/]{22,}`,
  String.raw`(bcrypt\$|bcrypt_sha256\$|\$wp)?\$2[aby]\$(0[4-9]|1[0-5])\$[./A-Za-z0-9]{53}`,
  String.raw`(pbkdf2_sha(1|256)|\$pbkdf2(-sha(1|256|512))?|\$fbscrypt|\$?scrypt)\$.+\$.+`,
  String.raw`(pbkdf2|scrypt):.+\$.+\$[0-9a-f]+`,
  String.raw`\$[PH]\$[./0-9A-Za-z]{31}|\$md5\$[0-9a-f]{32}|AQAAAA[A-Za-z0-9+/]{30,}={0,2}`,
].join("|")})$`;

const number = (pattern: string) => `(regexp_match(password, '${pattern}'))[1]::numeric`;
const memoryInKiB = number(String.raw`\$m=(\d+),t=`);
const passes = number(String.raw`,t=(\d+),p=`);

/** More than argon2 may cost there: 256 MiB, or four passes over as much. */
const costlyHash = `${memoryInKiB} > 262144 or ${memoryInKiB} * ${passes} > 1048576`;

const passwords: RowCheck[] = [
  {
    tables: ["account"],
    query: `select id from account where provider_id = 'credential'
            and (password !~ '${readableHash}' or ${costlyHash})`,
    what: [
      "password is hashed in a way that Gatehouse cannot verify, or at too high a cost (see docs/import.md)",
      "passwords are hashed in a way that Gatehouse cannot verify, or at too high a cost (see docs/import.md)",
    ],
    remedy: "Set those passwords to null, and their owners will choose a new one by mail",
  },
];

/** What the API and the pages promise of a name and of a picture. */
const answers: RowCheck[] = [
  {
    tables: ["user"],
    query: String.raw`select id from "user"
            where name !~ '[^\s\u00ad\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff]' or length(name) > 100
            or name ~ '[\u0001-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]'`,
    what: [
      "name is empty, longer than 100 characters, or holds control characters",
      "names are empty, longer than 100 characters, or hold control characters",
    ],
    remedy: "Give those people a name (their address up to the @ will do)",
  },
  {
    tables: ["user"],
    query: String.raw`select id from "user" where image !~ '^https://[^\s"<>\\]+$' or length(image) > 2048`,
    what: [
      "picture has an address that is not https, or is longer than 2048 characters",
      "pictures have an address that is not https, or is longer than 2048 characters",
    ],
    remedy: "Set it to null, or put the pictures where https reaches them",
  },
  {
    tables: ["session"],
    query: "select id from session where created_at > now() + interval '1 day'",
    what: [
      "session begins in the future, and would count as fresh until then",
      "sessions begin in the future, and would count as fresh until then",
    ],
    remedy: "Delete them",
  },
];

/** A value that Better Auth always writes can be missing where the column allows null. */
const emptyColumns = (columns: Found[]): RowCheck[] =>
  ownColumns(columns)
    .filter(({ notNull }) => notNull)
    .map(({ table, column }) => ({
      tables: [table],
      query: `select id from "${table}" where ${column} is null`,
      what: [`row of "${table}" has no ${column}`, `rows of "${table}" have no ${column}`],
      remedy: "Fill it in, or delete them",
    }));

/** Times that are no date of a calendar that programs can read: `infinity`, long ago, in ten thousand years. */
const oddTimes = (columns: Found[]): RowCheck[] =>
  ownColumns(columns)
    .filter(({ type }) => type.startsWith("timestamp"))
    .map(({ table, column }) => ({
      tables: [table],
      query: `select id from "${table}" where ${column} not between '1970-01-01' and '9999-12-30'`,
      what: [
        `row of "${table}" has ${column} before 1970 or after 9999, or without end`,
        `rows of "${table}" have ${column} before 1970 or after 9999, or without end`,
      ],
      remedy: "Give them a time, or delete them",
    }));
