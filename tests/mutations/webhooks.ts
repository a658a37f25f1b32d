import { mutationsOf } from "./mutation";

const heard = "capabilities/webhooks";
const delivery = "embedded/webhook-delivery";
const addresses = "embedded/webhook-addresses";
const names = "program/webhook-names";
const settings = "embedded/webhook-settings";
const program = "program/webhooks";
const folder = "src/capabilities/webhooks";

/** What the database tells of by itself. */
const ofTriggers = mutationsOf(`${folder}/migrations/0000_webhooks.sql`, [
  ["SELECT 'user.confirmed', id FROM added WHERE email_verified;", "SELECT 'user.confirmed', id FROM added;", heard],
  ["after.email <> before.email", "false", heard],
  ["after.email_verified AND NOT before.email_verified", "after.email_verified", heard],
  [" AND NOT gatehouse.is_blocked(to_jsonb(before))", "", heard],
  ["(NEW.until IS NULL OR NEW.until > now()) AND ", "", heard],
  [" AND (TG_OP = 'INSERT' OR OLD.until <= now())", "", heard],
  ["PERFORM set_config('gatehouse.sessions_ended', '', true);", "NULL;", heard],
  ["meant = 'one' OR ", "", heard],
  ["FROM ended WHERE expires_at > now()", "FROM ended", heard],
  ['WHERE EXISTS (SELECT FROM public."user" WHERE id = theirs.user_id)\n', "WHERE true\n", heard],
  ["meant = 'others' OR ", "", heard],
  [" AND other.expires_at > now()", "", heard],
  [
    "SELECT 'user.suspended', NEW.user_id WHERE EXISTS (SELECT FROM gatehouse.webhook_endpoint)",
    "SELECT 'user.suspended', NEW.user_id",
    settings,
  ],
]);

export const ofWebhooks = [
  ...mutationsOf("src/account/sessions.ts", [
    ['and(theirs, meaning("others"))', "theirs", heard],
    ['and(eq(session.id, id), meaning("one"))', "eq(session.id, id)", heard],
    ['eq(session.userId, current.userId), meaning("one"))', "eq(session.userId, current.userId))", heard],
  ]),
  ...mutationsOf(`${folder}/index.ts`, [
    ["    await rowsOf(inner, sql`select pg_advisory_xact_lock(${lock})`);\n", "", "faults/webhooks"],
  ]),
  ...mutationsOf(`${folder}/post.ts`, [
    [" || !found.every(({ address }) => mayReach(address, reach))", "", addresses],
    [
      " || !found.every(({ address }) => mayReach(address, reach))",
      ' || !mayReach(found[0]?.address ?? "", reach)',
      names,
    ],
    ["      lookup: (_host, _options, use) => use(null, [address]),\n", "", names],
    ["status >= 200 && status < 300", "status < 400", delivery],
    ["status >= 300 && status < 400 ?", "false ?", delivery],
    ["signal.aborted ? ", "false ? ", delivery],
    ["secrets.map((secret)", "secrets.slice(1).map((secret)", delivery],
    ["rejectUnauthorized: true,", "rejectUnauthorized: false,", program],
    ["if (/^(ENOTFOUND|EAI_|DNS_)/.test(code)) return", "if (false) return", addresses],
    ["asked.destroy();", "", delivery],
    ["      failure = error;\n", "      throw error;\n", names],
  ]),
  ...mutationsOf(`${folder}/addresses.ts`, [
    [" || isIn(never)", "", addresses],
    ['(reach === "this machine" && isIn(loopback))', 'reach === "this machine"', addresses],
    ["return isIn(internet);", "return true;", addresses],
    ["if (isIn(own)) return", "if (false) return", addresses],
  ]),
  ...mutationsOf(`${folder}/delivery.ts`, [
    [" || underWay.size >= mostUnderWay", "", delivery],
    ["if (reason === undefined) await takeOut(database, id);", "", delivery],
    ["data: about === null ? {} : { userId: about }", "data: { userId: about }", delivery],
  ]),
  ...mutationsOf(`${folder}/queue.ts`, [
    ["${waits} and ${when}", "${when}", delivery],
    ["try_at > now() + make_interval(hours => ${2 * longestPauseHours})", "false", delivery],
    ["make_interval(days => ${oldestDays})", "make_interval(days => 300)", delivery],
    ["make_interval(secs => ${leaseSeconds})", "make_interval(secs => 0)", delivery],
    ["Math.min(2 ** tries, longestPauseHours * hours)", "2 ** tries", delivery],
    ["make_interval(secs => ${seconds})", "make_interval(secs => 0)", delivery],
  ]),
  ...mutationsOf(`${folder}/operator.ts`, [
    ["if (!(await endpointIn(database))) throw areOff();", "", settings],
    ["await ask(database, sql`delete from ${one}`);\n      throw", "throw", delivery],
    ["if (!sent) throw", "if (false) throw", settings, delivery],
    ["'webhook.test', 'epoch'", "'webhook.test', now()", delivery],
    ["least(try_at, now())", "try_at", delivery],
    ["where tries = 0 or reason is not null returning", "returning", delivery],
  ]),
  ...mutationsOf(`${folder}/index.ts`, [
    ["where origin is distinct from ${origin}::text", "where false", settings],
    ["if (origin === null) return;", "if (origin !== null) return;", settings],
  ]),
  ...mutationsOf(`${folder}/settings.ts`, [
    [" || url.username || url.password || url.hash", "", settings],
    ['(url.protocol === "http:" && isLoopback(url.hostname))', 'url.protocol === "http:"', settings],
    ["secrets.length <= 2 && ", "", settings],
    ["new Set(secrets).size === secrets.length && ", "", settings],
    ["bytes.length >= 24 && ", "", settings],
    [' && bytes.toString("base64") === base64', "", settings],
    ['mode === "local" && isLoopback(url.hostname)', "isLoopback(url.hostname)", settings],
    ['mode === "production" && url?.startsWith("http:")', "false", settings],
  ]),
  ...ofTriggers,
];
