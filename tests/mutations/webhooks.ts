import { mutationsOf } from "./mutation";

const heard = "capabilities/webhooks";
const delivery = "embedded/webhook-delivery";
const addresses = "embedded/webhook-addresses";
const names = "program/webhook-names";
const folder = "src/capabilities/webhooks";

export const ofWebhooks = [
  ...mutationsOf("src/account/sessions.ts", [
    ['and(theirs, meaning("others"))', "theirs", heard],
    ['and(eq(session.id, id), meaning("one"))', "eq(session.id, id)", heard],
    ['eq(session.userId, current.userId), meaning("one"))', "eq(session.userId, current.userId))", heard],
  ]),
  ...mutationsOf(`${folder}/post.ts`, [
    [" || !found.every(({ address }) => mayReach(address, reach))", "", addresses],
    [" || !found.every(({ address }) => mayReach(address, reach))", " || !mayReach(one.address, reach)", names],
    ["      lookup: (_host, _options, use) => use(null, [found]),\n", "", names],
    ["status >= 200 && status < 300", "status < 400", delivery],
    ["signal.aborted ? ", "false ? ", delivery],
    ["secrets.map((secret)", "secrets.slice(1).map((secret)", delivery],
  ]),
  ...mutationsOf(`${folder}/addresses.ts`, [[" || isIn(never)", "", addresses]]),
  ...mutationsOf(`${folder}/queue.ts`, [
    ["${waits} and try_at <= now()", "try_at <= now()", delivery],
    ["make_interval(days => ${oldestDays})", "make_interval(days => 300)", delivery],
  ]),
  ...mutationsOf(`${folder}/operator.ts`, [
    ["await ask(database, sql`delete from ${one}`);\n      throw", "throw", delivery],
  ]),
];
