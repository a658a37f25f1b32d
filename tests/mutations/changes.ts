import { mutationsOf } from "./mutation";

const recovery = "everywhere/recovery";
const address = "everywhere/change-email";
const own = "everywhere/own-account";
const owner = "every-database/throttle-owner";
const mails = "embedded/unasked-mails";
const squatted = "embedded/whose-account";
const links = "embedded/links";
const limits = "embedded/limits";

const ofRecovery = mutationsOf("src/account/recover.ts", [
  ["await confirmOwner(inner, who.userId);", "", recovery],
  ["await endAccess(inner, who.userId);\n    await acting.record", "await acting.record", recovery],
  ['if (written.ok) await throttle.forgive([{ kind: "password", key: email }]);', "", limits],
  [".where(and(eq(user.id, userId), eq(user.emailVerified, false)))", ".where(eq(user.id, userId))", links],
  ["if (taken.length > 0) await cancelDeletion(inner, userId);", "", squatted],
  ["if (taken.length > 0) await cancelDeletion", "await cancelDeletion", links],
  [
    'if (!(await isStillTheirs(inner, who))) return refused("link_dead");\n    await endAccess',
    "await endAccess",
    links,
  ],
  ["await endAccess(inner, who.userId);\n    await clearPassword", "await clearPassword", recovery],
  ["await clearPassword(inner, who.userId);", "", recovery],
  ["await cancelDeletion(inner, who.userId);", "", links],
]);

const ofAccess = mutationsOf("src/account/sessions.ts", [
  ["await endOthers(inner, userId);", "", recovery],
  ["await endTokens(inner, userId);", "", links],
]);

const ofNewAddress = mutationsOf("src/account/change-email.ts", [
  ["...clientLimits(visit),", "", limits],
  ['{ kind: "accountMail", key: userId },', "", mails],
  ['{ kind: "mail", key: newEmail },', "", limits],
  ["if (!(await lockSignedIn(inner, current))) return undefined;", "", "faults/races-sessions"],
  ["found?.userId === current.userId ?", "found ?", address],
  ['subject: byOwnLink(token, current), whenTaken: "link_dead"', "subject: byOwnLink(token, current)", address],
  ["{ from: oldEmail, to: newEmail }", "{ to: newEmail }", address],
  ["await endOthers(inner, userId, here);", "", address],
  ["await endFormerLinks(inner, userId);", "", links],
  ["await inner.delete(user).where(squatter);", "", address],
  ["eq(user.emailVerified, false), ne(user.id, userId)", "ne(user.id, userId)", links],
  ["await endAccess(inner, userId);", "", address],
  ["await clearPassword(inner, userId);", "", address],
  ["await endLaterChanges(inner, who);", "", address],
  ["await cancelDeletion(inner, userId);", "", links],
  ['or(ne(mailToken.purpose, "undo_email"), isLater)', "undefined", address],
  ['or(ne(mailToken.purpose, "undo_email"), isLater)', 'ne(mailToken.purpose, "undo_email")', address],
  [
    "await inner.delete(outbox).where(and(eq(outbox.userId, userId), ne(",
    "void (and(eq(outbox.userId, userId), ne(",
    address,
  ],
]);

const ofPassword = mutationsOf("src/account/change-password.ts", [
  ["[...limits, { kind", "[{ kind", limits],
  ['[...limits, { kind: "change", key: `password ${current.userId}` }]', "limits", owner],
  ["if (!(await passwords.verify(typed))) {", "if (false) {", own],
  ["if (newPassword === oldPassword)", "if (false)", own],
  ["if (changed.ok) await throttle.forgive(limits);", "", limits],
  [
    "if (!(await replacePassword(inner, userId, { from, to })))",
    "if ((await replacePassword(inner, userId, { from, to })) === undefined)",
    "embedded/overtaken",
  ],
  ["if (signOutOthers) await endOthers", "if (false) await endOthers", own],
  ["if (signOutOthers) await endOthers", "await endOthers", own],
  ["await endTokens(inner, userId);", "", recovery],
]);

const ofVerifying = mutationsOf("src/account/verify.ts", [
  ["!(await hasUsed(inner, who.userId, device.hash)) || ", "", squatted],
  ['[...clientLimits(visit), { kind: "code" as const, key: email }]', "clientLimits(visit)", limits],
  ['[...clientLimits(visit), { kind: "code"', '[{ kind: "code"', limits],
  ["await throttle.forgive(limits);", "", limits],
  ["eq(user.id, userId), eq(user.email, email)", "eq(user.id, userId)", links],
]);

const ofAskedMails = mutationsOf("src/account/ask-for-mail.ts", [
  ['[...clientLimits(visit), { kind: "mail", key: email }]', "clientLimits(visit)", recovery],
  ['[...clientLimits(visit), { kind: "mail"', '[{ kind: "mail"', limits],
]);

const ofDeletion = mutationsOf("src/account/deletion.ts", [
  ["set: { userId } })", "set: { dueAt: sql`now() + interval '70 days'` } })", links],
  ["await endOthers(inner, userId);", "", own],
  [
    "if (await cancelDeletion(inner, userId)) await record",
    "await cancelDeletion(inner, userId);\n    await record",
    links,
  ],
]);

/** What changes an account: its password, its address, its end. */
export const ofChanges = [
  ...ofRecovery,
  ...ofAccess,
  ...ofNewAddress,
  ...ofPassword,
  ...ofVerifying,
  ...ofAskedMails,
  ...ofDeletion,
];
