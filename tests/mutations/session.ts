import { mutationsOf } from "./mutation";

const live = "everywhere/live-sessions";
const cookies = "embedded/session-cookie";
const headers = "embedded/cookie-headers";
const read = "embedded/cached-late";
const rotated = "everywhere/rotated-secret";

/** Who is signed in. */
export const ofSession = [
  ...mutationsOf("src/session/cache.ts", [
    ["cookieHeader === null || !invalidations.isCurrent(now)", "cookieHeader === null", "embedded/ended-session"],
    ["kept && isAlive(kept.signedIn.session, longestSeconds, now)", "kept", live],
    ["Math.abs(now - createdAt.getTime())", "now - createdAt.getTime()", "every-database/odd-times"],
    ["byHeader.drop(kept);", "", headers],
    ["[byCookie, byHeader, byId]", "[byCookie, byId]", headers],
    ["drop(kept);\n      kept", "kept", headers],
    ["if (header.length > longestHeader) return;", "", headers],
    [" || changeLog.changedSince(began, idsOf(signedIn))", "", read],
    ["began < forgottenAt || ", "", read],
    ["(changedAt.get(id) ?? 0) > began", "false", read],
    ["(secret) => cookie === encodeURIComponent(sealed(token, secret))", "() => true", live],
    ["if (age !== -1) store.put", "if (age === 0) store.put", rotated],
    ["byCookie.size >= most ?", "byCookie.size >= 1e9 ?", live],
    ["=> [session.id, user.id];", "=> [session.id];", "everywhere/changes-heard"],
    ["=> [session.id, user.id];", "=> [user.id];", "everywhere/changes-heard"],
    ["expiresAt.getTime() > now && ", "", "everywhere/session-api"],
    [" && Math.abs(now - createdAt.getTime()) < longestSeconds * 1000", "", "every-database/lifetimes"],
  ]),
  ...mutationsOf("db/listen.ts", [
    ["having count(*) = 16", "having count(*) >= 15", live],
    [", trigger.xmin)", ")", live],
    ["relfilenode, trigger.oid", "trigger.oid", live],
  ]),
  ...mutationsOf("src/auth/sign-again.ts", [
    ["if (status >= 500) return;", "", rotated],
    ["visit.owner && !isSet ?", "!isSet ?", rotated],
    ["visit.owner && !isSet ?", "visit.owner ?", rotated],
  ]),
  ...mutationsOf("src/router.ts", [["visit.owner = told?.owner;", "", rotated]]),
  ...mutationsOf("src/auth/cookies.ts", [
    ["isBriefToken(signed.token) || ", "", rotated],
    [' || onlyCookie(header ?? "", cookies.briefName) !== null', "", rotated],
  ]),
  ...mutationsOf("src/http/healed.ts", [[" || !maySetACookie(request)", "", "embedded/two-cookies"]]),
  ...mutationsOf("src/session/fast-path.ts", [["kept.isOutdated || ", "", rotated]]),
  ...mutationsOf("db/instant.ts", [
    ["isPlain.test(text) ? Date.parse(text) : Number.NaN", "Date.parse(text)", "embedded/instants"],
    ["Number.isNaN(plain) ? readRare(text) : plain", "plain", "embedded/instants"],
    ["if (Number.isNaN(moment)) throw", 'if (text === "") throw', "embedded/instants"],
    ["Math.min(Math.max(moment, earliest), latest)", "moment", "embedded/instants"],
  ]),
  ...mutationsOf("src/session/check.ts", [
    ["isAlive(signedIn.session, longestSeconds, Date.now()) && ", "", "everywhere/session-api"],
    ["age < freshSeconds * 1000 && ", "", "everywhere/own-account"],
    [" && age > -furthestAheadMilliseconds", "", "every-database/odd-times"],
  ]),
  ...mutationsOf("src/session/cookie.ts", [
    ["end < header.length && nextCookie(header, name, end) !== -1 ? null : ", "", cookies],
    ["age === -1 ? null : { token, isOutdated: age > 0 }", "{ token, isOutdated: age > 0 }", cookies],
    ["isOutdated: age > 0", "isOutdated: false", cookies, rotated],
    [
      "given.length === expected.length && timingSafeEqual(given, expected)",
      "given.length === expected.length",
      cookies,
    ],
    [" || token.length > longest", "", cookies],
    ['(before === -1 || header[before] === ";")', "true", cookies],
    ["value !== null && plainValue.test(value)", "value !== null", cookies],
    ["code === 0x20 || code === 0x09", "code === 0x20 || code === 0x09 || code === 0xa0", cookies],
  ]),
];
