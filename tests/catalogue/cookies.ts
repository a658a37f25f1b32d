import { sealed } from "../../src/session/cookie";
import { requestTo } from "./request";
import type { Route } from "./route";
import { acts, withHeaders, type Attempt, type Row } from "./row";
import { sessionCookie, type World } from "./world";

type Cookies = (own: { value: string; token: string; signature: string }, world: World) => Record<string, string>;

/** Cookies that are nobody's, and such that are the member's after all. */
interface CookieLists {
  nobodys: Cookies;
  somebodys?: Cookies;
}

/** A row of cookies for each route that looks at them. */
function cookieRow(id: string, what: string, { nobodys, somebodys = () => ({}) }: CookieLists): Row {
  const attempts = (route: Route, world: World) => {
    if (route.nobody === undefined || (id === "C6" && endsWhatCame(route))) return [];
    const [status, sent] = [route.nobody, requestTo(route, world)];
    const value = new RegExp(`${sessionCookie}=([^;]+)`).exec(world.cookie)?.[1] ?? "";
    const [token = "", signature = ""] = decodeURIComponent(value).split(".");
    const list = (cookies: Cookies) => Object.entries(cookies({ value, token, signature }, world));
    const bad = list(nobodys).map(
      ([name, cookie]) =>
        ({
          what: name,
          sent: withHeaders(sent, { cookie }),
          right: [status],
          wrong: (got) => nobodyWrong(route, got),
          clears: id === "C13" && route.type === "api",
        }) satisfies Attempt,
    );
    const good =
      route.as === "member" && !acts(route)
        ? list(somebodys).map(([name, cookie]) => ({
            what: name,
            sent: withHeaders(sent, { cookie }),
            right: [route.status],
          }))
        : [];
    return [...bad, ...good];
  };
  return { id, what, attempts };
}

/** Of two cookies each that is properly signed is ended there: `two-cookies.test.ts` has it. */
const endsWhatCame = ({ method, path }: Route) => method === "POST" && /\/sign-(in|out)\b/.test(path);

/** Whoever is nobody is sent to sign in, and is told of nobody. */
function nobodyWrong(
  { path }: Route,
  { location, text, status }: { location: string | null; text: string; status: number },
): string | undefined {
  if (/^\/($|account|confirm-email)/.test(path))
    return location?.startsWith("/sign-in") ? undefined : `leads to ${location}`;
  if (path === "/api/auth/get-session") return text === "null" ? undefined : "tells of somebody";
  return status === 200 && /ada\d+@example/.test(text) ? "tells of somebody" : undefined;
}

const cookie = (value: string, name = sessionCookie) => `${name}=${value}`;
/** A value under the other two spellings of the name. */
const prefixed = (value: string) =>
  ["__Host-", "__Secure-"].map((prefix) => cookie(value, prefix + sessionCookie)).join("; ");
const flipped = (text: string) => (text.startsWith("A") ? "B" : "A") + text.slice(1);
const signed = (token: string, signature: string) => cookie(encodeURIComponent(`${token}.${signature}`));

const objectNames = ["__proto__", "constructor", "hasOwnProperty", "toString", "prototype"];
const manyCookies = Array.from({ length: 500 }, (_, i) => `c${i}=${i}`).join("; ");

/** Cookies, for every route that looks at them. */
export const cookieRows: readonly Row[] = [
  cookieRow("C1", "a signature that is not ours", {
    nobodys: ({ token, signature }, { newcomerCookie }) => ({
      "first bits flipped": signed(token, flipped(signature)),
      "last byte flipped": signed(token, `${signature.slice(0, -3)}${flipped(signature.slice(-3))}`),
      "of another token": signed(
        token,
        decodeURIComponent(newcomerCookie).match(/session_token=[^.]+\.([^;]+)/)?.[1] ?? "",
      ),
      truncated: signed(token, signature.slice(0, 20)),
      empty: signed(token, ""),
      "43 times A": signed(token, "A".repeat(43)),
      "43 times A and =": signed(token, `${"A".repeat(43)}=`),
    }),
  }),
  {
    id: "C2",
    what: "a token that is not in the cookie, or not signed",
    attempts: (route, world) => {
      const { attempts } = cookieRow("", "", {
        nobodys: ({ token, value }) => ({
          unsigned: cookie(token),
          "in another cookie": cookie(value, "session"),
        }),
      });
      const bearers =
        route.nobody === undefined
          ? []
          : [
              world.cookie.split(";")[0]?.split("=")[1] ?? "",
              decodeURIComponent(world.cookie).match(/session_token=([^.]+)/)?.[1] ?? "",
            ];
      return [
        ...attempts(route, world),
        ...bearers.map((token) => ({
          what: "bearer",
          sent: withHeaders(requestTo(route, world), { cookie: undefined, authorization: `Bearer ${token}` }),
          right: [route.nobody ?? 0],
        })),
      ];
    },
  },
  cookieRow("C3", "half a cookie", {
    nobodys: ({ signature }) => ({
      "name=": cookie(""),
      "name=.": cookie("."),
      "name=..": cookie(".."),
      "only the signature": cookie(encodeURIComponent(`.${signature}`)),
      "no =": sessionCookie,
    }),
  }),
  cookieRow("C4", "percent signs", {
    nobodys: ({ value, token, signature }) => ({
      "%zz": cookie("%zz"),
      "%": cookie("%"),
      "%zz inside": cookie(`${value}%zz`),
      "encoded twice": cookie(encodeURIComponent(value)),
      "%00": cookie(`${value}%00`),
      "%0d%0a": cookie(`${value}%0d%0aSet-Cookie:x=y`),
      "%00 in the token": cookie(encodeURIComponent(`${token}\0.${signature}`)),
    }),
  }),
  cookieRow("C5", "quotes and space", {
    nobodys: ({ value }) => ({
      "half a quote": cookie(`"${value}`),
      "space inside": cookie(`${value.slice(0, 9)} ${value.slice(9)}`),
    }),
    somebodys: ({ value }) => ({
      quoted: cookie(`"${value}"`),
      "trailing space": `${cookie(value)} ; a=b`,
      tab: `a=b;\t${cookie(value)}\t`,
    }),
  }),
  cookieRow("C6", "the name twice: neither counts", {
    nobodys: ({ value }) => ({
      "bad first": `${cookie("a.b")}; ${cookie(value)}`,
      "empty first": `${cookie("")}; ${cookie(value)}`,
      "good first": `${cookie(value)}; ${cookie("a.b")}`,
      "twice the same": `${cookie(value)}; ${cookie(value)}`,
      "white space of JavaScript's": `\xa0${cookie(value)}`,
    }),
  }),
  cookieRow("C7", "too much", {
    nobodys: ({ value }) => ({
      "8 KB": cookie("y".repeat(8192)),
      "8 KB signed": cookie(`${"y".repeat(8192)}.${value.slice(-46)}`),
      "500 cookies": manyCookies,
    }),
    somebodys: ({ value }) => ({ "500 cookies and ours": `${manyCookies}; ${cookie(value)}` }),
  }),
  cookieRow("C8", "bytes that are no text", {
    nobodys: ({ value }) => ({
      "\\xff": cookie("\xff\xfe"),
      "\\xff inside": cookie(`\xff${value}`),
      "\\x80 in the name": cookie(value, `\x80${sessionCookie}`),
    }),
  }),
  cookieRow("C9", "names that objects have", {
    nobodys: ({ value }) => ({ names: objectNames.map((name) => `${name}=${value}`).join("; ") }),
    somebodys: ({ value }) => ({
      "names and ours": `${objectNames.map((name) => `${name}=x`).join("; ")}; ${cookie(value)}`,
    }),
  }),
  cookieRow("C10", "nearly the name", {
    nobodys: ({ value }) => ({
      "upper case": cookie(value, sessionCookie.toUpperCase()),
      "first letter": cookie(value, `B${sessionCookie.slice(1)}`),
      "__Host-": cookie(value, `__Host-${sessionCookie}`),
      prefixed: cookie(value, `x${sessionCookie}`),
      "in another value": `a="; ${cookie(value, `${sessionCookie} x`)}"`,
    }),
  }),
  cookieRow("C11", "a signature made with another secret", {
    nobodys: ({ token }) => ({
      "another instance's": cookie(encodeURIComponent(sealed(token, "another-secret-of-another-house-0123456789"))),
      "an empty secret's": cookie(encodeURIComponent(sealed(token, " "))),
    }),
  }),
  cookieRow("C13", "a cookie that was good once", { nobodys: (_, { dead }) => dead }),
  cookieRow("C14", "the other spellings of the name", {
    nobodys: ({ value }) => ({
      "both prefixes, without ours": prefixed(value),
      "ours bad, the others good": `${cookie("a.b")}; ${prefixed(value)}`,
    }),
    somebodys: ({ value }) => ({
      "ours good, the others bad": `${prefixed("a.b")}; ${cookie(value)}`,
    }),
  }),
];
