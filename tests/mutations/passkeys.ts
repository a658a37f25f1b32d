import { mutationsOf } from "./mutation";

const now = "capabilities/passkeys";
const kept = "capabilities/passkeys-kept";
const gone = "capabilities/passkeys-given-up";
const rare = "capabilities/passkeys-rare";
const asked = "browser/passkeys-asked";
const failing = "browser/passkeys-failing";
const folder = "src/capabilities/passkeys";

export const ofPasskeys = [
  ...mutationsOf(`${folder}/challenges.ts`, [
    ["keys.some((key) =>", "keys.slice(0, 1).some((key) =>", "capabilities/passkeys-rotated-secret"],
  ]),
  ...mutationsOf("src/account/recover.ts", [
    ["if (!(await isConfirmed(inner, who.userId))) await removeStrangersWays(inner, services, who.userId);", "", now],
    ["await clearPassword(inner, who.userId);\n    await removeOtherWaysIn(inner, services, who.userId);", "", now],
  ]),
  ...mutationsOf(`${folder}/challenges.ts`, [
    [" && leftSeconds > 0", "", kept],
    [" && leftSeconds < keptSeconds", "", "capabilities/passkeys-clock"],
    ["JSON.stringify([act, userId, browser,", "JSON.stringify([act, userId,", now],
    ["JSON.stringify([act, userId, browser,", "JSON.stringify([act, browser,", kept],
    ["JSON.stringify([act, userId, browser,", "JSON.stringify([userId, browser,", kept],
    ["return answered.length > 0;", "return true;", now],
  ]),
  ...mutationsOf(`${folder}/passkeys.ts`, [
    ["if (had >= mostPasskeys) return", "if (had > 99) return", kept],
    ["(counter < ${counter} or (counter = 0 and ${counter} = 0))", "true", now],
    ["if (left === 0 && !(await hasPassword(inner, userId)))", "if (left < 0)", now],
    ["(removed.madeFor === null ? workingOf : madeHereBy)", "workingOf", rare],
  ]),
  ...mutationsOf(`${folder}/tables.ts`, [
    ["or(isNull(passkey.rpId), eq(passkey.rpId, rpId))", "sql`true`", gone],
    ["eq(passkey.userId, userId), eq(passkey.rpId, rpId));", "eq(passkey.userId, userId));", gone],
  ]),
  ...mutationsOf(`${folder}/sign-up.ts`, [
    [
      'if (!(await isUnopened(inner, userId))) return tools.refuse("passkey_expired");',
      "",
      "capabilities/passkey-sign-up",
    ],
  ]),
  ...mutationsOf(`${folder}/use.ts`, [
    ['if (userId !== "" && owner.userId !== userId) return', "if (false) return", kept],
    ["(rpId === id && (userHandle", "(rpId !== '' && (userHandle", kept],
    ["(userHandle === undefined || userHandle === handle)", "true", now],
  ]),
  ...mutationsOf(`${folder}/script.js`, [
    ["return more || send(button);", "return send(button);", "browser/passkeys"],
    ["delete dataset.signal;", "", "browser/passkeys"],
    ["if (more || name", "if (name", failing],
    ['if (name === "NotAllowedError") waitBehindField();', 'if (name !== "InvalidStateError") return;', failing],
    ["challenge && Date.now() - born < renewedAfter", "challenge", failing],
    ["Date.now() - since > renewedAfter && waitBehindField()", "false", failing],
    ["  clearInterval(renewal);\n", "", failing],
    ["  waiting?.abort();\n", "", asked],
    ["  await under;", "  ", asked],
    ['?.checked ? "on" : ""', '?.checked ? "on" : "on"', asked],
    ['document.addEventListener("htmx:after:swap", improve);', "", asked],
    ["  tellManagers();\n", "", asked],
    ["  event.preventDefault();\n", "", asked],
  ]),
  ...mutationsOf(`${folder}/index.ts`, [["    contradiction: domainProblem,\n", "", "program/check"]]),
  ...mutationsOf(`${folder}/verify.ts`, [
    [" || !(await isWhole(credential.publicKey))", "", now],
    ["if (!(await isWithoutCertificates(response.response.attestationObject))) return undefined;", "", now],
    ["given || undefined", "given ?? undefined", rare],
    [' && attestation.get("attStmt").get("x5c") === undefined', "", now],
  ]),
  ...mutationsOf(`${folder}/sign-in.ts`, [["isStillProved: (inner) => isThere(inner, id),", "", kept]]),
];
