import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { smtpTransport } from "../../../src/mail/smtp";
import { startMailServer, type MailServer } from "../../support/mail-server";
import { manage } from "../../support/manage";
import { startPostgres, type PostgresServer } from "../../support/postgres/server";
import { freePort, startProgram } from "../../support/program";
import { newPerson } from "../../support/harness";
import { signUp } from "../../support/traffic";
import { until } from "../../support/until";

/** `check --online` and `test-mail`, against a real database and a real mail server. */

let postgres: PostgresServer;
let mails: MailServer;
beforeAll(async () => {
  [postgres, mails] = await Promise.all([startPostgres(), startMailServer()]);
});
afterAll(async () => {
  await Promise.all([postgres.remove(), mails.remove()]);
});

const nowhere = () => `localhost:${freePort()}`;

/** The lines of `check --online`; none where all is in order. */
async function found(settings: Record<string, string>): Promise<string[]> {
  const { code, out, problem } = await manage(settings, "check", "--online");
  const asked = settings.SMTP_URL
    ? "so are the database and the mail server"
    : "so is the database. No mail server is named";
  if (code === 0) expect(out).toBe(`The settings are in order, and ${asked}.\n`);
  else expect(code).toBe(78);
  return problem.trim().split("\n").filter(Boolean);
}

describe("check --online", () => {
  test("finds nothing where all is well, and changes nothing", async () => {
    const database = await postgres.createDatabase();
    expect(await found({ DATABASE_URL: postgres.url(database), SMTP_URL: mails.url })).toEqual([]);
    expect(
      await postgres.query(database, "select 1 from pg_tables where schemaname in ('public', 'gatehouse')"),
    ).toEqual([]);
    expect(mails.mails).toEqual([]);
  });

  test("names a database that is not there, that nobody serves, or in which nothing may be made", async () => {
    const database = await postgres.createDatabase();
    await postgres.query("postgres", "create role onlooker login; create role group_of_all nologin");
    await postgres.query(database, "revoke create on schema public from public");
    const url = postgres.url(database);
    const cases: [DATABASE_URL: string, words: RegExp][] = [
      [postgres.url("no_such_database"), /no database of this name/],
      [`postgres://app:a-pass-word@${nowhere()}/app`, /cannot be reached \(nobody_listens\)/],
      [url.replace("app@", "onlooker:a-pass-word@"), /its role may not make tables/],
      [url.replace("app@", "group_of_all:a-pass-word@"), /whether its role may log in/],
    ];
    for (const [DATABASE_URL, words] of cases) {
      const lines = await found({ DATABASE_URL });
      expect([lines.length, lines[0]]).toEqual([1, expect.stringMatching(words)]);
      expect(lines[0]).toStartWith("DATABASE_URL: ");
      expect(lines[0]).not.toContain("pass-word");
    }
  });
});

describe("check --online", () => {
  test("names a database that cannot hold every script", async () => {
    await postgres.query("postgres", "create database latin owner app encoding 'LATIN1' locale 'C' template template0");
    expect(await found({ DATABASE_URL: postgres.url("latin") })).toEqual([
      "DATABASE_URL: the database is encoded in LATIN1. Make one with `encoding 'UTF8'`.",
    ]);
  });

  test("asks the role that migrates what it may, and names an address of it that leads nowhere", async () => {
    const database = await postgres.createDatabase();
    await postgres.query("postgres", "create role reader login");
    await postgres.query(database, "revoke create on schema public from public");
    const DATABASE_URL_DIRECT = postgres.url(database);
    const DATABASE_URL = DATABASE_URL_DIRECT.replace("app@", "reader@");
    expect(await found({ DATABASE_URL, DATABASE_URL_DIRECT })).toEqual([]);
    const exchanged = { DATABASE_URL: DATABASE_URL_DIRECT, DATABASE_URL_DIRECT: DATABASE_URL };
    expect(await found(exchanged)).toEqual([
      "DATABASE_URL_DIRECT: its role may not make tables. Run: grant create on database … to …",
    ]);
    expect(await found({ DATABASE_URL, DATABASE_URL_DIRECT: `postgres://app@${nowhere()}/app` })).toEqual([
      "DATABASE_URL_DIRECT: the database cannot be reached (nobody_listens). See docs/log.md.",
    ]);
    expect(await found({ DATABASE_URL, DATABASE_URL_DIRECT: postgres.url("no_such_database") })).toEqual([
      "DATABASE_URL_DIRECT: the server has no database of this name. Make it, or name another.",
    ]);
  });

  test("names what is set for the role, under which a start is refused", async () => {
    const database = await postgres.createDatabase();
    await postgres.query(database, `alter database ${database} set default_transaction_read_only = on`);
    const [line, ...others] = await found({ DATABASE_URL: postgres.url(database) });
    expect([line, others]).toEqual([
      expect.stringMatching(
        /^DATABASE_URL: in the database .* transaction_read_only is "on", .* Change it: alter role/,
      ),
      [],
    ]);
  });
});

test("check --online names what is set for the role that serves, where another one migrates", async () => {
  const DATABASE_URL_DIRECT = postgres.url(await postgres.createDatabase());
  await postgres.query("postgres", "create role astray login");
  await postgres.query("postgres", "alter role astray set default_transaction_isolation = serializable");
  await postgres.query("postgres", "alter role astray set search_path = elsewhere");
  const lines = await found({ DATABASE_URL: DATABASE_URL_DIRECT.replace("app@", "astray@"), DATABASE_URL_DIRECT });
  expect(lines).toEqual([
    expect.stringMatching(/^DATABASE_URL: .* for the role "astray" default_transaction_isolation is "serializable"/),
    expect.stringMatching(/^DATABASE_URL: its role does not find the schema public\. Set its search_path to public/),
  ]);
});

describe("check --online", () => {
  test("names a mail server that is not there", async () => {
    const DATABASE_URL = postgres.url(await postgres.createDatabase());
    expect(await found({ DATABASE_URL, SMTP_URL: `smtp://${nowhere()}` })).toEqual([
      "SMTP_URL: nothing answers there: see the port, and what is between.",
    ]);
  });
});

describe("check --online", () => {
  test("names a mail server that takes no mail from MAIL_FROM, and leaves no mail behind", async () => {
    const settings = { SMTP_URL: mails.url, MAIL_FROM: "Ada & Sons <login@example.org>" };
    const before = mails.mails.length;
    for (const [stage, reply, said] of [
      ["mail", "550 5.7.1 Not your domain", "550 5.7.1"],
      ["rcpt", "554 Relay access denied", "554"],
    ] as const) {
      mails.refuse(stage, reply);
      expect(await found(settings)).toEqual([
        `MAIL_FROM: the mail server takes no mail from this address to itself (${said}).`,
      ]);
      mails.refuse(stage);
    }
    expect(await found(settings)).toEqual([]);
    expect(mails.mails.length).toBe(before);
  });
});

test("mails lists what waits to be sent, and makes it due soon", async () => {
  const database = await postgres.createDatabase();
  const DATABASE_URL = postgres.url(database);
  const program = await startProgram({ DATABASE_URL, SMTP_URL: `smtp://${nowhere()}` });
  const person = newPerson();
  await signUp(program, person);
  await until("the mail has been tried", async () => {
    const [mail] = await postgres.query<{ tries: number }>(database, "select tries from gatehouse.outbox");
    return (mail?.tries ?? 0) > 0;
  });
  await program.remove();
  await postgres.query(database, "update gatehouse.outbox set try_at = now() + interval '1 hour'");
  const listed = await manage({ DATABASE_URL }, "mails", "--json");
  const [mail] = JSON.parse(listed.out).mails;
  expect([listed.code, mail]).toEqual([0, expect.objectContaining({ kind: "verify", recipient: person.email })]);
  expect(new Date(mail.due).getTime()).toBeGreaterThan(Date.now() + 3_000_000);
  const retried = await manage({ DATABASE_URL }, "mails", "--retry");
  expect(retried.out).toStartWith("1 mail waits, and is due within a minute:\n");
  const due = "select try_at <= now() as now from gatehouse.outbox";
  expect(await postgres.query(database, due)).toEqual([{ now: true }]);
  const another = "insert into gatehouse.outbox (kind, recipient, language) select kind, recipient, language";
  await postgres.query(database, `${another} from gatehouse.outbox, generate_series(1, 1000)`);
  expect((await manage({ DATABASE_URL }, "mails")).out).toStartWith("1001 (here are the newest 1000) mails wait:\n");
  await postgres.query(database, "delete from gatehouse.outbox");
  expect((await manage({ DATABASE_URL }, "mails")).out).toBe("No mail waits.\n");
});

describe("test-mail", () => {
  test("sends one mail, and says that it was taken", async () => {
    const sent = await manage({ SMTP_URL: mails.url, BRAND_NAME: "Ada & Sons" }, "test-mail", "ada@example.org");
    expect(sent).toMatchObject({ code: 0, out: "The mail server has taken the mail to ada@example.org.\n" });
    expect(mails.mails.map(({ to }) => to)).toEqual([["ada@example.org"]]);
    expect(mails.mails[0]?.raw).toContain("This mail shows that Ada & Sons can send mail.");
    // Without the port of BETTER_AUTH_URL, as in every other mail.
    expect(mails.mails[0]).toMatchObject({ ehlo: "localhost", messageId: expect.stringMatching(/@localhost>?$/) });
  });

  test("goes to one address, and to none where something else was typed", async () => {
    const before = mails.mails.length;
    const type = (to: string) => manage({ SMTP_URL: mails.url }, "test-mail", to);
    const slips = ["ada", "ada@example.org, bob@example.org", "ada bob@example.org", "ada@example.org\nBcc: b@c.org"];
    for (const { code, problem } of await Promise.all(slips.map(type)))
      expect([code, problem]).toEqual([1, "Type one email address, such as ada@example.org.\n"]);
    expect((await type("Ada <ada@example.org>")).out).toBe("The mail server has taken the mail to ada@example.org.\n");
    expect(mails.mails.slice(before).map(({ to }) => to)).toEqual([["ada@example.org"]]);
  });

  test("says why it was not: refused, nobody there, or no mail server at all", async () => {
    mails.refuse("rcpt", "550 5.1.1 Not here");
    const refused = await manage({ SMTP_URL: mails.url }, "test-mail", "nobody@example.org");
    mails.refuse("rcpt", "550 Not here");
    const plainly = await manage({ SMTP_URL: mails.url }, "test-mail", "nobody@example.org");
    mails.refuse("rcpt");
    expect(refused).toMatchObject({ code: 1, problem: "The mail server refuses it (550 5.1.1).\n" });
    expect(plainly.problem).toBe("The mail server refuses it (550).\n");
    const gone = await manage({ SMTP_URL: `smtp://${nowhere()}` }, "test-mail", "ada@example.org");
    expect(gone).toMatchObject({ code: 1, problem: expect.stringContaining("nothing answers there") });
    const none = await manage({}, "test-mail", "ada@example.org");
    expect(none).toMatchObject({ code: 1, problem: "No mail is sent with these settings: set SMTP_URL.\n" });
    const off = await manage({ SMTP_URL: mails.url, MAIL: "off" }, "test-mail", "ada@example.org");
    expect(off.problem).toBe("No mail is sent with these settings: leave MAIL=off out.\n");
  });
});

test("a mail has one recipient, whatever an address contains that an app wrote", async () => {
  const before = mails.mails.length;
  const from = { name: "", address: "login@example.com" };
  const transport = smtpTransport(mails.url, { from, host: "login.example.com", connections: 1 });
  const mail = { messageId: "<1@example.com>", subject: "s", text: "t", html: "h" };
  for (const to of ["ada@example.org, bob@example.org", "ada bob@example.org"])
    await transport.send({ ...mail, to }).catch(() => undefined);
  transport.close();
  expect(mails.mails.slice(before).filter(({ to }) => to.length > 1 || to[0] === "bob@example.org")).toEqual([]);
});
