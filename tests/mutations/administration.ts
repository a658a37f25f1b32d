import { mutationsOf } from "./mutation";

const acts = "capabilities/administration";
const people = "capabilities/administration-people";
const data = "capabilities/administration-data";
const first = "capabilities/first-admins";
const last = "capabilities/last-admin";
const races = "faults/races-administrators";
const language = "capabilities/administration-language";
const demands = "embedded/forward-auth-demands";
const folder = "src/capabilities/administration/people";

/** What administrators may do, and what stays when they do it. */
export const ofAdministration = [
  ...mutationsOf(`${folder}/act.ts`, [
    ['if (!(await mayDo(inner, { what, by, userId }))) return refuse("not_allowed");', "", people],
    ['if (!(await mayDo(inner, { what, by }))) return refuse("not_allowed");', "", people],
    [' && (roles.includes("admin") || theirs.length === 0)', "", people],
    ["roles.some((one) => allowed.includes(one)) && ", "", "capabilities/administration-pages"],
    ["if (sessionId !== undefined && !(await hasSession(inner, actor, sessionId))) return false;", "", people],
    ["userId === undefined ? [] : await rolesOf(inner, userId)", "[]", people],
    ["lock(inner, [userId, actor])", "lock(inner, [userId])", races],
    ["if (person.emailVerified) await mail(kind, { facts });", "await mail(kind, { facts });", acts],
    ["if (person.emailVerified) await order({ kind", "await order({ kind", data],
    ["recipient, userId, facts, language }", "recipient, userId, facts }", language],
    ["recipient: person.email, language }", "recipient: person.email }", language],
  ]),
  ...mutationsOf("src/account/devices.ts", [
    ["if (kept !== language) await keepLanguage(inner, userId, language);", "", language],
    ["kept !== language", "kept === null", language],
  ]),
  ...mutationsOf("src/account/user-language.ts", [["kept ? [kept.language] : []", "[]", language]]),
  ...mutationsOf("src/account/act.ts", [
    ["await languageOfUser(inner, owner.id, config)", "config.languages[0]", language],
  ]),
  ...mutationsOf(`${folder}/access.ts`, [
    ['if (until && !(until.getTime() > Date.now())) return refuse("until_past");', "", acts],
    ['if (by.actor !== operator && (await isLastAdmin(inner, userId))) return refused("admin_last");', "", people],
    ["await clearPassword(inner, person.id);", "", acts],
    ["await endAccess(inner, person.id);", "", acts],
    ["await endOthers(inner, person.id);\n    // Both", "// Both", data],
  ]),
  ...mutationsOf("src/account/last-admin.ts", [
    ['.for("update")', "", races],
    ["not ${isKeptOut(userId)}", "true", people],
    ["not ${isKeptOut(userId)}", "not ${hasSuspension(userId)}", last],
    ["\n  and not exists (select from gatehouse.deletion d where d.user_id = ${userId})", "", last],
  ]),
  ...mutationsOf("src/account/deletion.ts", [
    ['if (await isLastAdmin(acting.inner, userId)) return refused("own_admin_last");', "", last],
  ]),
  ...mutationsOf(`${folder}/export.ts`, [
    ['await note("data_exported");', "", data],
    ['what: "export"', 'what: "signOut"', "capabilities/administration-people"],
  ]),
  ...mutationsOf("src/capabilities/administration/pages/person-act.ts", [
    ["if (offered.download && fresh.isNew)", "if (false)", data],
  ]),
  ...mutationsOf("src/capabilities/administration/first-admins.ts", [
    ["eq(user.emailVerified, true)", "eq(user.id, user.id)", first],
    [", mayAdminister(user.id)", "", first],
    ["void (!isThere && scheduler.wake())", "void scheduler.wake()", first],
  ]),
  ...mutationsOf(`${folder}/address.ts`, [
    [
      'if (email !== undefined && person.email !== email) return refuse("email_is_another");',
      "",
      "capabilities/administration-meanwhile",
    ],
    [
      'if (!isConfirmed && (await rolesOf(inner, userId)).length > 0) return refuse("role_needs_address");',
      "",
      "capabilities/administration-meanwhile",
    ],
    ["await endFormerLinks(inner, userId);", "", "capabilities/administration-factors"],
    ['if (person.emailVerified) await mail("email_changed", { facts: { newEmail: to } });', "", acts],
    ["await endAccess(inner, userId);", "", acts],
  ]),
  ...mutationsOf(`${folder}/existence.ts`, [
    ["if (language) await keepLanguage(inner, userId, language);", "", language],
    ['if (await isLastAdmin(inner, person.id)) return refused("admin_last");', "", people],
    ['await tellLast("account_deleted");', "", data],
  ]),
  ...mutationsOf(`${folder}/roles.ts`, [
    ['if (!person.emailVerified) return refuse("role_unconfirmed");', "", people],
    ['if (taken === "admin" && (await isLastAdmin(inner, person.id))) return refused("admin_last");', "", people],
  ]),
  ...mutationsOf("src/capabilities/administration/pages/staff.ts", [
    ["if (roles.length > 0) return answer(", "if (answer) return answer(", "capabilities/administration-pages"],
    ["? 2 : 1", "? 1 : 1", "capabilities/administration-pages"],
  ]),
  ...mutationsOf("src/session/forward-auth.ts", [
    ["if (signedIn && !hasRole(signedIn, demand))", "if (!check)", demands],
    ["moreFactors.length === 0 && ", "", demands],
    [" && moreRoles.length === 0", "", demands],
    [" && !asked.keys().some(isMisspelt)", "", demands],
    ["if (isOpenedInBrowser(visit)) return", "if (!check) return", "embedded/forward-auth"],
    [' &&\n  !request.headers.has("x-forwarded-method")', "", "embedded/forward-auth"],
    [" &&\n  forwardedUrl === undefined", "", "embedded/forward-auth"],
    [" && /^[12]$/.test(factors)", "", demands],
  ]),
];
