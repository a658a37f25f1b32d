import { mutationsOf } from "./mutation";

const api = "every-database/better-auth-api";
const fields = "every-database/better-auth-fields";
const ends = "every-database/lifetimes";
const foreign = "embedded/foreign-sign-in";
const gate = "capabilities/notes";
const overtaken = "embedded/overtaken";

/** What stands around Better Auth. */
export const ofAuth = [
  ...mutationsOf("src/auth/hooks.ts", [
    ["if (checked && !checked.success)", "if (false)", fields],
    ["if (begun && !begun.ok) throw refuse(call, begun);", "", "every-database/throttle"],
    ["return valid && { context: { body: valid } };", "", fields],
    [", ...safeCallback(body, config)", "", fields],
    ["if (completed && !completed.ok) throw refuse(call, completed);", "", overtaken],
  ]),
  ...mutationsOf("src/account/upgrade-hash.ts", [
    ["if (kept === hash || (await passwords.verify({ ...verified, hash: kept })))", "if (kept === hash)", foreign],
    ["and(passwordOf(userId), eq(account.password, verified.hash))", "passwordOf(userId)", overtaken],
  ]),
  ...mutationsOf("src/account/change-password.ts", [
    ["await upgradeHash(services, current.userId, typed);", "stored;", overtaken],
  ]),
  ...mutationsOf("src/account/prove.ts", [
    ["await upgradeHash(services, userId, { hash: stored, password });", "stored;", overtaken],
  ]),
  ...mutationsOf("src/auth/gate.ts", [[`if (decided && "path" in decided) return { step: decided };`, "", gate]]),
  ...mutationsOf("src/auth/auth.ts", [
    ["if (call.furtherStep) return false;", "", gate],
    [
      "if (verified) verified.hash = await upgradeHash(services, userId, verified);",
      "",
      "capabilities/trusted-browser",
    ],
    ["isBrief(found, sessions)\n", "false\n", "embedded/brief-session"],
    ["Math.min(written.expiresAt.getTime(), last)", "written.expiresAt.getTime()", ends],
    ["if (rememberMe) return", "return", ends],
    ["autoSignIn: false", "autoSignIn: true", api],
    ['cookiePrefix: "__Host-better-auth", ', "", "every-database/edge"],
    ["judgeEmailsAsWeDo();", "", "embedded/addresses"],
  ]),
  ...mutationsOf("src/auth/caller.ts", [
    ["if (!isOrphan(error)) throw error;", "throw error;", overtaken],
    ["150 + 100 * Math", "150 + 0 * Math", "faults/timed/enumeration"],
  ]),
  ...mutationsOf("src/http/problem.ts", [['if (isOrphan(error)) return "signed_out";', "", overtaken]]),
  ...mutationsOf("src/auth/door.ts", [
    ["(!answer.ok || (await visit.signedIn()) !== null);", "true;", "every-database/lifetimes"],
    ['headers.delete("set-cookie");', "", api],
    ["visit.sessionCookies = furtherStep?.cookies ?? ", "void ", gate],
    ["if (!isOver) visit.sessionCookies", "visit.sessionCookies", "faults/races-sessions"],
    ["if (!open || open !== request.method)", "if (!open)", api],
    ["if (!open || open !== request.method)", "if (open && open !== request.method)", api],
    ["if (foreign) return", "if (false) return", "catalogue/refused-first"],
    ["return done({ furtherStep });", "return done({});", gate],
    ["if (!call.furtherStep) return response;", "if (!false) return response;", gate],
  ]),
  ...mutationsOf("src/account/name.ts", [
    ["bySession(current)", "{ ...bySession(current), find: async () => current }", "faults/races-ended"],
  ]),
  ...mutationsOf("src/auth/endpoints.ts", [
    ["stillOpens({ userId, email: tried.email, hash: verified?.hash })", "async () => true", overtaken],
    ['kind: "sign_in" });\n      if (!begun.ok) return begun;', 'kind: "sign_in" });', "every-database/throttle"],
    [
      "const begun = await beginSignUp(services, call.visit);\n        if (!begun.ok) return begun;",
      "",
      "every-database/throttle",
    ],
    [
      "if (!made) return void (await noteRefusal(services, tried));",
      "if (!made) return undefined;",
      "everywhere/own-data",
    ],
    ["if (furtherStep) return void (await services.throttle.forgive(tried.limits));", "", gate],
  ]),
];
