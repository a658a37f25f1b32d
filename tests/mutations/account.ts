import { mutationsOf } from "./mutation";

const recovery = "everywhere/recovery";
const verifying = "everywhere/verify-email";
const own = "everywhere/own-account";
const ends = "every-database/lifetimes";
const owner = "every-database/throttle-owner";
const mails = "embedded/unasked-mails";
const squatted = "embedded/whose-account";
const thief = "embedded/device-cookie";
const ended = "embedded/ended-session";
const ending = "faults/races-ended";
const links = "embedded/links";
const overtaken = "embedded/overtaken";

const ofTokens = mutationsOf("src/account/tokens.ts", [
  ["former.find(({ token }) => sha256(token) === row?.hash) ?? now", "now", "embedded/rotated-mail"],
  [
    "eq(mailToken.hash, sha256(token)), eq(mailToken.purpose, purpose), sql",
    "eq(mailToken.hash, sha256(token)), sql",
    links,
  ],
  [", sql`${mailToken.expiresAt} > now()`)", ")", recovery],
  [
    "const [row] = await inner.delete(mailToken).where(live(purpose, token)).returning(granted);",
    "const row = found;",
    "faults/races-links",
  ],
  [" and code_tries < ${codeTries}::int", "", verifying],
  ["created_at > now() - make_interval(secs => ${codeSeconds}) and ", "", verifying],
  [' || !isHmacOf(codeText(code, tried.hash), tried.codeHash ?? "", keys.mailCode)', "", verifying],
  ["if (!(await hasUsed(inner, tried.userId, device))) return undefined;", "", squatted],
  ["await inner.delete(mailToken).where(eq(mailToken.hash, tried.hash));", "", links],
  ["await inner.delete(mailToken).where(and(eq(mailToken.userId, userId), oneLivePurpose));", "", recovery],
  ["kind in ('verify', 'reset')", "kind in ('verify')", links],
  [', ne(mailToken.purpose, "undo_email")', "", "everywhere/change-email"],
  ["user_id = ${userId} and kind = 'confirm_email'", "false", links],
]);

const ofSessions = mutationsOf("src/account/sessions.ts", [
  ["and(eq(session.userId, userId), sql`${session.expiresAt} > now()`)", "eq(session.userId, userId)", ended],
  ["and(eq(session.userId, userId), sql`", "and(sql`", own],
  ["and(eq(session.userId, userId), eq(session.id, id), meaning", "and(eq(session.id, id), meaning", own],
  [', ne(session.id, here?.sessionId ?? "")', "", own],
  ["await forgetDevices(inner, userId, here?.device);", "", thief],
  ["if (ended) await forgetDevices(inner, userId, device);", "", thief],
  ["if (ended) await forgetDevices", "await forgetDevices", thief],
  ['await endWhere(inner, and(inArray(session.id, ids), meaning("one")));', "await inner;", ends],
  [
    ".where(eq(session.userId, userId))\n    .orderBy(desc(session.createdAt))",
    ".orderBy(desc(session.createdAt))",
    ends,
  ],
  ["brief ? lengths.briefSeconds : lengths.idleSeconds", "lengths.idleSeconds", "embedded/brief-session"],
  ["brief ? briefToken(randomToken()) : randomToken()", "randomToken()", "embedded/brief-session"],
]);

const ofSigningIn = [
  ...mutationsOf("src/account/sign-in.ts", [
    ["tried.isKnown ? device.hash : undefined", "undefined", owner],
    ["[...limits, rightOnes(email)]", "limits", owner],
    ["if (counted.isFirst)", "if (counted)", "every-database/throttle"],
    ["await throttle.forgive([rightOnes(email)]);", "", owner],
    ["if (!isKnown) await", "await", "faults/often-asked"],
    ["if (!isKnown) await findNobodysAccounts(database);", "", "faults/often-asked"],
    [".limit(mostAccounts)", "", "faults/often-asked"],
    ["if (!(await made.isStillProved(inner))) {", "if (false) {", overtaken],
    ["await endWithToken(inner, token);", "", overtaken],
    ["for (const former of formerTokens) await endWithToken(inner, former);", "", ends],
    ["await endOldest(inner, userId, config.sessions.perPerson);", "", ends],
    ["!completed.ok || !completed.value.isProved", "!completed.ok", overtaken],
    ["await throttle.forgive(tried.limits);", "", owner],
    ["if (isNewDevice) await warn", "await warn", recovery],
  ]),
  ...mutationsOf("src/account/sign-up.ts", [
    ["throttle.take(signUpLimits(visit))", "Promise.resolve(done())", "every-database/throttle"],
    ["if (isNew && (await isStillTheirs(inner, signedUp))) await", "await", "everywhere/sign-up"],
    ["if (isNew && (await isStillTheirs(inner, signedUp))) await", "if (isNew) await", overtaken],
    ['isNew ? "done" : "refused"', '"done"', "everywhere/own-data"],
    ["if (isForgotten) await inner.delete", "if (false) await inner.delete", squatted],
    ["(isFirst && counted.lastAt < created.madeAt)", "false", mails],
    ["isFirst && counted.lastAt < created.madeAt", "isFirst", mails],
    ["if (isMailed) await order", "await order", mails],
  ]),
  ...mutationsOf("src/account/devices.ts", [
    ["and(eq(device.hash, hash), eq(device.userId, idOfUserWith(email)))", "eq(device.hash, hash)", owner],
    [', ne(device.hash, except?.hash ?? "")', "", thief],
    ["and(eq(device.userId, userId), eq(device.hash, hash))", "eq(device.userId, userId)", squatted],
    ["and(eq(device.userId, userId), eq(device.hash, hash))", "eq(device.hash, hash)", links],
    ["isNew && before > 0", "isNew", "embedded/limits"],
    ["if (before + Number(isNew) > mostDevices) await", "if (isNew) await", "embedded/limits"],
    ["const mostDevices = 100;", "const mostDevices = 100_000;", "embedded/limits"],
  ]),
  ...mutationsOf("src/account/device-name.ts", [
    ["if (!isKnownName(Bowser.BROWSER_MAP, browser.name)) return {};", "", "everywhere/where-from"],
  ]),
];

const ofActs = [
  ...mutationsOf("src/account/act.ts", [
    ["if (!worked.ok) throw new RolledBack(worked);", "", links],
    ["(await lockSignedIn(inner, by)) ? by : undefined", "by", ending],
  ]),
  ...mutationsOf("src/account/user-lock.ts", [
    [
      'from(user).where(eq(user.id, userId)).for("no key update")',
      "from(user).where(eq(user.id, userId))",
      "faults/races-links",
      "faults/races-sessions",
    ],
    ["from(session).where(theirs)).length > 0", "from(session).where(theirs)).length >= 0", ending],
  ]),
  ...mutationsOf("src/account/prove.ts", [
    ["if (!(await passwords.verify({ hash: stored, password }))) {", "if (false) {", own],
    ["if (!(await isStillRight(acting.inner)))", "if (false)", overtaken],
  ]),
  ...mutationsOf("src/account/statements.ts", [
    [".where(and(eq(user.id, userId), eq(user.email, email)));", ".where(eq(user.id, userId));", overtaken],
    [
      "and(eq(account.userId, userId), eq(account.providerId, passwordProvider))",
      "eq(account.userId, userId)",
      "every-database/better-auth-api",
    ],
    ["and(passwordOf(userId), eq(account.password, from))", "passwordOf(userId)", overtaken],
  ]),
  ...mutationsOf("src/account/warn.ts", [
    [", eq(user.emailVerified, true)", "", mails],
    ["(await throttle.take(limits, inner)).ok", "true", mails],
  ]),
  ...mutationsOf("src/contributions.ts", [
    ["refuseSilentMails(on, all);", "", "capabilities/notes"],
    ["merged(core.activity.kinds, ...", "Object.assign({}, core.activity.kinds, ...", "capabilities/notes"],
    ["merged(core.problems, ...", "Object.assign({}, core.problems, ...", "capabilities/notes"],
    [
      "merged({}, ...capabilities.map((capability) =>",
      "Object.assign({}, ...capabilities.map((capability) =>",
      "capabilities/notes",
    ],
  ]),
  ...mutationsOf("src/merged.ts", [["names.indexOf(name) < at", "false", "capabilities/notes"]]),
  ...mutationsOf("src/process/acts.ts", [["merged(coreActs, ", "Object.assign({}, coreActs, ", "capabilities/notes"]]),
  ...mutationsOf("src/settings/config.ts", [
    ["merged(settings, ofCapabilities)", "{ ...settings, ...ofCapabilities }", "capabilities/notes"],
  ]),
];

/** Links, sessions, sign-in, sign-up and what all acts share. */
export const ofAccount = [...ofTokens, ...ofSessions, ...ofSigningIn, ...ofActs];
