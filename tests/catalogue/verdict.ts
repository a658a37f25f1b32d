import { titleOf, type Sent } from "./request";
import type { Route } from "./route";
import type { Attempt } from "./row";
import { kept, restore, sessionCookie, snapshot, trustedOrigin, type World } from "./world";
import { timed } from "./timed";
import type { Got } from "../support/harness";

/** What computes for as long as a hash takes, whatever is wrong beside a good password. */
const costly = ["/api/auth/sign-up/email", "/password-strength"];
/** Of the processor: on a busy machine the clock tells how busy it is. */
const limitMilliseconds = { page: 100, hash: 2000 };
const tries = 3;
let numbers = 0;

/** How many requests were made, by family of inputs. */
export const counts = new Map<string, number>();

/** One request to be judged; the family of its row is what it is counted under. */
interface Try {
  route: Route;
  attempt: Attempt;
  family: string;
}

/** Sends one request from an address of its own; gives everything that is wrong with the answer. */
export async function judge(world: World, { route, attempt, family }: Try): Promise<string[]> {
  const { gatehouse } = world;
  const wrongs = new Set<string>();
  for (let i = 0; i < tries; i++) {
    const [logged, id] = [gatehouse.log.length, `catalogue-${++numbers}`];
    const { got, milliseconds } = await timed(() => send(world, attempt.sent, id));
    counts.set(family, (counts.get(family) ?? 0) + 1);
    const limit = attempt.hashes || costly.includes(route.path) ? limitMilliseconds.hash : limitMilliseconds.page;
    for (const wrong of [
      ...wrongsOf(world, { route, attempt, got }),
      ...wrongsOfLog(world, gatehouse.log.slice(logged), { sent: attempt.sent, got, id }),
    ])
      wrongs.add(wrong);
    if (milliseconds <= limit) break;
    const isLast = i === tries - 1 || attempt.signsIn; // what acts is not sent twice
    // a slow machine is slow once, a slow answer each time
    if (isLast) wrongs.add(`took ${Math.round(milliseconds)} ms`);
    if (isLast) break;
    // or the next try would meet the limit that this one counted for
    await gatehouse.rows("delete from gatehouse.throttle");
  }
  return [...wrongs].map((wrong) => `${titleOf(route)} ← ${attempt.what}: ${wrong}`);
}

function send({ gatehouse }: World, { method, path, headers: given, body }: Sent, id: string): Promise<Got> {
  const headers: Record<string, string> = { "x-request-id": id };
  for (const [name, value] of Object.entries(given)) if (value !== undefined) headers[name] = value;
  if (body instanceof Uint8Array) headers["content-length"] ??= String(body.length);
  return gatehouse.visitor().send(path, { method, headers, ...(body !== undefined && { body }) });
}

function wrongsOf(world: World, { route, attempt, got }: Omit<Try, "family"> & { got: Got }): string[] {
  const { sent, right, wrong, signsIn, nests, clears } = attempt;
  const cookies = got.headers.getSetCookie();
  // A wrong password keeps the address for the next page, in the browser where it was typed.
  const isTypedEmail = (line: string) => route.path === "/sign-in" && line.startsWith("gatehouse.address=");
  const hasCleared = cookies.some((line) => line.startsWith(`${sessionCookie}=;`));
  const signs = cookies.some((line) => line.startsWith(`${sessionCookie}=`) && !line.startsWith(`${sessionCookie}=;`));
  const found = [
    !right.includes(got.status) && `answered ${got.status}, not ${right.join(" or ")}`,
    got.status >= 400 && !cookies.every(isTypedEmail) && `refused, and set ${cookies.join(" and ")}`,
    signs && !signsIn && "set a session's cookie",
    hasCleared && !clears && !route.path.endsWith("/sign-out") && "cleared the session's cookie",
    got.text.includes(world.member.password) && "repeats a password",
    !isGuarded(sent, got) && "is not guarded by its headers",
    bodyWrong(route, sent, got),
    ...leaks(got).map((leak) => `shows ${leak}`),
    ...targetsOf(got, nests)
      .filter((target) => !isSafeTarget(target, world.gatehouse.origin))
      .map((target) => `leads to ${target}`),
    wrong?.(got),
  ];
  return found.filter((text): text is string => typeof text === "string");
}

/** The path as it arrives: without `.` and `..`. */
const pathOf = (spelt: string) => URL.parse(`http://localhost${spelt}`)?.pathname ?? "";

function isGuarded({ path }: Sent, { headers, status }: Got): boolean {
  const granted = headers.get("access-control-allow-origin");
  const policy = headers.get("content-security-policy") ?? "";
  const isKept =
    /^\/((assets|pictures)\/|openapi\.json$|favicon\.ico$|apple-touch-icon\.png$)/.test(pathOf(path)) && status === 200;
  return (
    headers.get("x-content-type-options") === "nosniff" &&
    policy.includes("default-src 'none'") &&
    (isKept || (headers.get("cache-control") ?? "").includes("no-store")) &&
    (granted === null || granted === trustedOrigin)
  );
}

/** The kind of body that each answer has: none, JSON under `/api/`, pages elsewhere. */
function bodyWrong(route: Route, { method, path: spelt }: Sent, { status, text, headers }: Got): string | undefined {
  if (method === "HEAD") return undefined; // the socket sends none, whatever we give
  if ([204, 303, 304, 307, 308].includes(status)) return text === "" ? undefined : "has a body where there is none";
  if (text === "") return "has no body";
  const [type, path] = [headers.get("content-type") ?? "", pathOf(spelt)];
  const isForPrograms =
    /^\/(api\/|openapi\.json$)/.test(path) || (/^(download|data)$/.test(route.type) && status === 200);
  if (isForPrograms) return type.startsWith("application/json") && isJson(text) ? undefined : `is ${type}, not JSON`;
  if (status === 200 && (route.type === "probe" || route.type === "file"))
    return /^(text\/(css|plain).*|image\/webp)?$/.test(type) ? undefined : `is ${type}`;
  if (status === 200 && route.type === "text") return type.startsWith("text/plain") ? undefined : `is ${type}`;
  if (status === 200 && route.type === "icon") return type === "image/png" ? undefined : `is ${type}`;
  return type === "text/html; charset=utf-8" ? undefined : `is ${type}, not a page`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const insides = new RegExp(
  [
    String.raw`\n\s+at |:\d+:\d+\)|node_modules|drizzle|pglite|better-auth|better-call|elysia|postgres|\bzod\b`,
    String.raw`\/work\/|\/src\/|\.tsx?:\d|\b(select|insert into|update|delete from) .+ (from|values|set|where)\b`,
  ].join("|"),
  "i",
);
const executable = [
  "script:not([src]), body script, [onerror], [onload], [onclick], [onfocus], object, embed, base",
  "svg:not(.icon):not(.qr):not(.bars), svg :not(path)", // our own icons, codes and charts are paths and nothing else
  "iframe:not([src^='/dev/mail/'])",
  "a[href^=javascript], a[href^=data], form:not([action^='/'])",
].join();

/** What no page may show: what it is made of, and anything of the request that would run in a browser. */
function leaks({ text, page, headers }: Got): string[] {
  const inside = text.replaceAll(cookieName, "").match(insides)?.[0];
  const isPage = headers.get("content-type")?.startsWith("text/html");
  const running = isPage ? page.querySelectorAll(executable).map((element) => element.outerHTML.slice(0, 80)) : [];
  const strangePictures = isPage
    ? page
        .querySelectorAll("img")
        .filter((image) => !/^\/(assets|pictures)\//.test(image.getAttribute("src") ?? ""))
        .map(String)
    : [];
  const raw = !isPage && /<script|onerror=/i.test(text) ? ["markup"] : [];
  return [...(inside ? [`an inside: ${inside}`] : []), ...running, ...strangePictures, ...raw];
}

/** Every browser has it, and the description of the session API says it. */
const cookieName = "better-auth.session_token";

/** Everywhere an answer leads: by redirect, and by each `return_to` that it hands on. */
function targetsOf({ location, page }: Got, nests = false): string[] {
  const hrefs = page
    .querySelectorAll("a")
    .map((link) => link.getAttribute("href") ?? "")
    .filter((href) => !href.startsWith("?")); // the same page, which looks again
  const links = [...hrefs, ...(location && !nests ? [location] : [])];
  const nested = links.flatMap((link) => new URLSearchParams(link.split("?")[1]).getAll("return_to"));
  return [
    ...(location === null ? [] : [location]),
    ...page.querySelectorAll("[name=return_to]").map((input) => input.getAttribute("value") ?? ""),
    ...nested,
  ];
}

/**
 * Whether an address leads nowhere but here or to the trusted origin, whoever reads it: a browser, or a parser that
 * knows less.
 */
export function isSafeTarget(target: string, origin: string): boolean {
  if (/[\s\\\p{Cc}]/u.test(target) || /^\/(\/|%2f|%5c)/i.test(target)) return false;
  const places = [origin, trustedOrigin];
  if (!places.includes(URL.parse(target, origin)?.origin ?? "")) return false;
  if (target.startsWith("/")) return true;
  const naiveHost = target.split("//")[1]?.split("/")[0]?.split("@").at(-1);
  return places.some(
    (place) => (target === place || target.startsWith(`${place}/`)) && naiveHost === new URL(place).host,
  );
}

const quiet =
  /^\/(api\/session|api\/session\/changes|api\/forward-auth|openapi\.json|livez|readyz|(assets|pictures)\/.*)$/;

/** One line for each request but the quiet ones; every line JSON; and none with a secret of the request. */
function wrongsOfLog(
  { member }: World,
  lines: string[],
  { sent, got, id }: { sent: Sent; got: Got; id: string },
): string[] {
  const mine = lines.filter((line) => line.includes(`"request":"${id}"`) && line.includes('"event":"request"'));
  const pathname = pathOf(sent.path);
  const isCheck = ["/api/auth/get-session", "/dev/mail"].includes(pathname) && got.status === 200;
  const expected =
    isCheck ||
    (quiet.test(pathname) && (got.status === 200 || !/^\/(assets|pictures)\//.test(pathname)) && got.status < 500)
      ? 0
      : 1;
  const secrets = [
    member.email,
    ...secretsOf(sent.headers.cookie ?? "", sent.body ?? ""),
    ...secretsOf("", sent.path.split("?")[1] ?? ""),
  ];
  return [
    ...(mine.length === expected ? [] : [`wrote ${mine.length} lines to the log, not ${expected}`]),
    ...lines.filter((line) => !isJson(line)).map((line) => `logged what is no JSON: ${line.slice(0, 80)}`),
    ...lines.filter((line) => secrets.some((secret) => line.includes(secret))).map(() => "logged a secret"),
    ...(got.headers.get("x-request-id") === id || expected === 0 ? [] : ["lost the request's id"]),
  ];
}

/** Passwords, tokens, digits and cookies of a request. */
function secretsOf(cookie: string, body: string | Uint8Array): string[] {
  const text = typeof body === "string" ? body : new TextDecoder().decode(body);
  const fromJson = [...text.matchAll(/"(?:password)":"([^"]+)"/g)].map(([, value]) => value ?? "");
  const fields = [...new URLSearchParams(text)]
    .filter(([name]) => /password|current|proof|token|code/.test(name))
    .map(([, value]) => value);
  const cookies = cookie.split(";").map((pair) => pair.slice(pair.indexOf("=") + 1).trim());
  return [...fromJson, ...fields, ...cookies].filter((secret) => secret.length >= 6);
}

const ofObjects = new Set(Object.getOwnPropertyNames(Object.prototype));

/**
 * Whether nothing was changed by what was done, and the victim is still signed in; else what is wrong, and all is put
 * back.
 */
export async function unchanged(world: World, before: string[]): Promise<string[]> {
  const after = await snapshot(world);
  const { status } = await world.gatehouse.visitor().get("/api/session", { cookie: world.cookie });
  const changed = kept.filter((_, i) => after[i] !== before[i]);
  if (changed.length > 0) await restore(world, before);
  await world.gatehouse.rows("delete from gatehouse.throttle");
  const polluted = Object.getOwnPropertyNames(Object.prototype)
    .filter((name) => !ofObjects.has(name))
    .map((name) => `every object has ${name}`);
  return [
    ...polluted,
    ...changed.map((table) => `changed the table ${table}`),
    ...(status === 200 ? [] : [`the victim's session answers ${status}`]),
  ];
}
