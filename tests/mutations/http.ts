import { mutationsOf } from "./mutation";

const administrators = "capabilities/administration-factors";

const everyRoute = "catalogue/catalogue";
const first = "catalogue/refused-first";
const back = "embedded/return-to";
const edge = "every-database/edge-refusals";
const failed = "browser/failed-answers";
const slow = "embedded/log-requests";

/** What comes in by a request, and where it leads. */
export const ofHttp = [
  ...mutationsOf("src/http/form.ts", [
    ['if (!isOwnPost(request.headers, origin)) return refused("cross_site");', "", everyRoute],
    ['if (!isWebForm(request.headers.get("content-type"))) return refused("not_a_form");', "", everyRoute],
    ["if (hasTwice(fields) || notUnicode)", "if (notUnicode)", everyRoute],
    ["if (hasTwice(fields) || notUnicode)", "if (hasTwice(fields))", everyRoute],
  ]),
  ...mutationsOf("src/http/language.ts", [
    ['headers.get("cookie"), config)', 'headers.get("cookie"), { secure: false })', "embedded/languages"],
  ]),
  ...mutationsOf("src/http/moved.ts", [["!isForPrograms(path) && ", "", "embedded/citizenship"]]),
  ...mutationsOf("src/http/post-origin.ts", [
    ['if (site !== null && site !== "same-origin" && site !== "none") return false;', "", everyRoute],
    ["return originOf(headers, own) === own;", "return true;", everyRoute],
    ['if (site === "cross-site" && navigates) return "CROSS_SITE_NAVIGATION_LOGIN_BLOCKED";', "", first],
    ["isFromElsewhere ? trustedOrigins : [own, ...trustedOrigins]", "[own, ...trustedOrigins]", first],
    ['? undefined : "INVALID_ORIGIN"', "? undefined : undefined", first],
    ["isProgram && !isWebForm(headers)", "isProgram", first],
    ["isProgram && !isWebForm(headers)", "!isWebForm(headers)", first],
    [' || given === "null"', "", everyRoute],
  ]),
  ...mutationsOf("src/http/said-twice.ts", [
    ["hasTwice(new URLSearchParams(text))", "false", everyRoute],
    [" : namesTwice(text)", " : false", everyRoute],
    ['if (text[at] === "\\\\") at += 1;', "continue;", everyRoute],
  ]),
  ...mutationsOf("src/http/return-to.ts", [
    ["asked.length === 1 ? safeReturnTo(text, config) : undefined", "safeReturnTo(text, config)", "embedded/links"],
    ["url.href.length > longestAddress || ", "", back],
    ["url.href.length > longestAddress || ", "text.length > longestAddress || ", "everywhere/where-one-was-going"],
    [" || /[\\s\\\\\\p{Cc}]/u.test(text)", "", back],
    [" || /^\\/(\\/|%2f|%5c)/i.test(url.pathname)", "", back],
    ["return url.origin === origin ? rest : undefined;", "return rest;", back],
    ["text === trusted || text.startsWith(`${trusted}/`)", "text.startsWith(trusted)", back],
    ["if (cookieReaches(new URL(target).hostname, config))", "if (true)", "embedded/forward-auth"],
    ["hostname.endsWith(`.${domain}`)", "hostname.endsWith(domain)", "embedded/forward-auth"],
  ]),
  ...mutationsOf("src/http/edge.ts", [
    ["for (const name of claims) request.headers.delete(name);", "", "every-database/edge"],
    ['if (ip === "") return { problem: "malformed" };', "", edge],
    ['(pathname === "" || !servesHost(request.headers.get("host"), pathname, config))', '(pathname === "")', edge],
    ['if (isOddlyFramed(request)) return { problem: "malformed" };', "", edge],
    ['method !== "POST" || ', "", edge],
    ['headers.has("content-length") || ', "", edge],
    [' || coding.toLowerCase() !== "chunked"', "", edge],
    [' || host.includes(",")', "", "embedded/hot-paths"],
    [' && Number(request.headers.get("content-length")) > largestBody', " && false", edge],
    ["if (request.url.length > longestUrl && ", "if (false && ", edge],
    ['if (!response.headers.has("cache-control"))', "if (false)", "embedded/asvs-answers"],
    ["answersInJson(pathname || pathOf(request))", "answersInJson(pathname)", "program/wire"],
  ]),
  ...mutationsOf("src/http/paths.ts", [
    ['url.replace(/^(\\w+:\\/\\/[^/]*)?/, "http://localhost")', "url", "program/wire"],
    ['/, "http://localhost")', '/, ""), "http://localhost"', "program/wire"],
  ]),
  ...mutationsOf("src/http/problem-answer.ts", [['request.headers.has("hx-request")', "false", failed]]),
  ...mutationsOf("views/assets/app.js", [
    [": response.status < 500", ": true", failed],
    [' && response.headers.has("x-request-id")', "", failed],
  ]),
  ...mutationsOf("src/http/visit.ts", [[".slice(0, longestUserAgent)", "", "everywhere/where-from"]]),
  ...mutationsOf("src/http/body.ts", [["within(until - performance.now(), reader.read())", "reader.read()", slow]]),
  ...mutationsOf("src/pages/account/owner.ts", [
    ["if (!isFresh(session.createdAt, config.sessions.freshSeconds) || ", "if (", "everywhere/own-account"],
    ["return factors === 1 || provedTwoWithin(", "return factors >= 1 || provedTwoWithin(", administrators],
    ["current: { ...current, sessionId: proved.value.sessionId }", "current", "everywhere/own-account"],
    ['if (value === "") return', "if (false) return", "capabilities/administration-pages"],
    ["return olderThanSignIn(post) ?? act(post);", "return act(post);", "everywhere/own-account"],
    ["services.door.handOver(visit, rotated);", "", "everywhere/own-account"],
  ]),
  ...mutationsOf("src/pages/draft.ts", [
    [" || draft.length > longestDraft", "", "embedded/leave-form"],
    ["path !== new URL(visit.request.url).pathname", "path === undefined", "embedded/leave-form"],
    ["if (account && account !== visit.owner?.email) return", "if (false) return", "embedded/leave-form"],
  ]),
  ...mutationsOf("src/pages/journey.ts", [
    [
      "safeReturnTo(fromBase64url(readSealedCookie(returnToCookie, visit.cookies, seal)), config)",
      "fromBase64url(readSealedCookie(returnToCookie, visit.cookies, seal))",
      "everywhere/where-one-was-going",
    ],
  ]),
  ...mutationsOf("src/pages/link.ts", [
    ["if (first !== undefined) return", "if (false) return", "everywhere/change-email"],
    ["first === undefined ?", "true ?", "everywhere/change-email"],
  ]),
  ...mutationsOf("views/kit.tsx", [
    ['{owner ? <Hidden name="account" value={owner.email} /> : ""}', "", "capabilities/own-forms"],
  ]),
  ...mutationsOf("src/app.ts", [["visitOf(request).sessionCookies)", "[])", "everywhere/own-account"]]),
  ...mutationsOf("src/http/edge.ts", [["withCookies(failed, visit.sessionCookies)", "failed", "every-database/edge"]]),
];
