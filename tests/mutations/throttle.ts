import { mutationsOf } from "./mutation";

const guesses = "every-database/throttle";
const owner = "every-database/throttle-owner";
const mails = "embedded/unasked-mails";
const rotated = "everywhere/rotated-keys";
const often = "faults/often-asked";
const judged = "embedded/password-strength";

const ofLimits = mutationsOf("src/guard/throttle.ts", [
  [
    "  keys.map((key) => hmacSha256(key, `${limit.kind}",
    "  keys.slice(0, 1).map((key) => hmacSha256(key, `${limit.kind}",
    rotated,
  ],
  ["await giveBack(on, counts);", "", rotated],
  ["eachOnce(limits.flatMap(roomsOf))", "limits.flatMap(roomsOf)", guesses],
  ["rowsOfLimit(keys, limit).sort()", "rowsOfLimit(keys, limit)", often],
  ["freeTries(4), 1 * minutes, 2 * minutes", "freeTries(400), 1 * minutes, 2 * minutes", guesses],
  ["code: [...freeTries(4)", "code: [...freeTries(400)", "embedded/limits"],
  ["mail: [30, 1 * minutes, 1 * hours]", "mail: [0]", "everywhere/recovery"],
  ["client: [...freeTries(19)", "client: [...freeTries(1900)", guesses],
  ["network: [...freeTries(199)", "network: [...freeTries(19900)", "embedded/limits"],
  ["signUp: [...freeTries(39)", "signUp: [...freeTries(3900)", guesses],
  ["signUpNetwork: [...freeTries(199)", "signUpNetwork: [...freeTries(19900)", guesses],
  ["firstMail: [0, 1 * hours]", "firstMail: [0]", mails],
  ["accountMail: [...freeTries(9)", "accountMail: [...freeTries(900)", mails],
  ["warning: [...freeTries(4)", "warning: [...freeTries(400)", mails],
  ["signIn: [...freeTries(59)", "signIn: [...freeTries(5900)", owner],
  ["change: [...freeTries(59)", "change: [...freeTries(5900)", owner],
  ["export: [...freeTries(4)", "export: [...freeTries(400)", "embedded/export"],
  ["exportUnderWay: [longestExport]", "exportUnderWay: [0]", "embedded/export"],
  ["key: `${email} ${device}`", "key: email", owner],
  [": [...clientLimits(client), { kind", ": [{ kind", guesses],
  [': [...clientLimits(client), { kind: "password", key: email }]', ": clientLimits(client)", guesses],
  ['new Set(["client", "network", "signIn"])', "new Set()", owner],
  ["if (!closed) return done();", "return done();", guesses],
]);

const ofTries = mutationsOf("src/guard/tries.ts", [
  ["sql`exists (select from ${names[at - 1]})`", "sql`true`", guesses],
  ["counted < now.length || later.length === 0 ? counted", "true ? counted", often],
  [" or t.open_at > clock_timestamp() + make_interval(secs => ${longest}::float8)", "", guesses],
  ["interval '1 hour' then 1", "interval '1000 hours' then 1", "embedded/limits"],
  ["set turned_away = true", "set turned_away = false", guesses],
  [", turned_away = false", "", "embedded/limits"],
]);

const ofJudging = [
  ...mutationsOf("src/guard/turns.ts", [["waiting.delete(whose);\n      if (others", "if (others", judged]]),
  ...mutationsOf("src/guard/fields.ts", [['"gatehouse"] }, clientKey(ip))', '"gatehouse"] })', judged]]),
  ...mutationsOf("src/guard/strength.ts", [
    ["theirs >= mostForOne", "theirs > 999", judged],
    ["turns.dropOfMost()?.reject(new TooBusy())", "asked.reject(new TooBusy())", judged],
  ]),
];

/** How often anything may be tried, and who waits for whom. */
export const ofThrottle = [...ofLimits, ...ofTries, ...ofJudging];
