import { languages } from "../../views/words";
import type { Got } from "../support/harness";
import { requestTo } from "./request";
import type { Route } from "./route";
import { acts, fieldRow, named, withHeaders, type Attempt, type Row } from "./row";
import { sessionCookie, type World } from "./world";

const { title, text } = languages.en.deadLink;
/** One page for every link that does not work, so that it tells nothing. */
const isDeadLink = ({ page }: Got) =>
  page.querySelector("h1")?.text === title && page.querySelector("main")?.textContent.includes(text)
    ? undefined
    : "does not say what each dead link says";

/** A row for links: whatever is wrong with a token, the answer is the same. */
function tokenRow(id: string, what: string, values: (route: Route, world: World) => Record<string, unknown>): Row {
  // no link at all: the page for the digits
  const asksForCode = (route: Route, value: unknown) => route.path === "/verify-email" && !acts(route) && value === "";
  return fieldRow({
    id,
    what,
    kinds: ["token"],
    values: ({ route, world }) => values(route, world),
    right: (route, value) => (asksForCode(route, value) ? 200 : 404),
    more: (value, route) => (String(value).length > 2000 || asksForCode(route, value) ? {} : { wrong: isDeadLink }),
  });
}

const ofOtherKinds = (route: Route, world: World) =>
  Object.fromEntries(
    Object.entries(world.tokens)
      .filter(([, token]) => token !== route.values(world).token)
      .map(([purpose, token]) => [`good for ${purpose}`, token]),
  );
const nobodys = "A".repeat(43);
const jwt = (header: object) => `${btoa(JSON.stringify(header))}.${btoa('{"sub":"1","exp":9999999999}')}.`;

/** No id of somebody else does anything, and none is an error. */
const idRow = fieldRow({
  id: "F10",
  what: "an id that is somebody else's, or no id",
  kinds: ["id"],
  values: ({ route, world: { ids, cookie } }) => ({
    "somebody else's": ids.foreign,
    "a blank session's": "blank",
    "the token of a session": decodeURIComponent(cookie).match(/session_token=([^.]+)/)?.[1] ?? "",
    ...named(
      "0",
      "-1",
      "1e9",
      "9".repeat(15),
      "9".repeat(30),
      "NaN",
      "00000000-0000-0000-0000-000000000000",
      "' or '1'='1",
      "%",
      "_",
      "\0",
      "../x",
      "a\nb",
      "<script>alert(1)</script>",
    ),
    "a longer one": "x".repeat(7000),
    ...(acts(route) ? { "1 MB": "x".repeat(1_000_000) } : {}),
  }),
  right: (route) => (route.path === "/account/activity" ? 200 : acts(route) && !route.path.includes("{") ? 303 : 404),
});

/** The sign-in page that leads back; after a form it says too that the session is over. */
function isSignInFor(location: string | null, { method }: Route, asked: string): boolean {
  const { pathname, searchParams } = new URL(location ?? "/", "http://localhost");
  const notice = searchParams.get("notice");
  const isSaid = method === "GET" ? notice === null : ["session_over", "session_over_kept"].includes(notice ?? "");
  return pathname === "/sign-in" && searchParams.get("return_to") === asked.split("?")[0] && isSaid;
}

/** Account pages and acts, for whoever is not signed in. */
function nobodyAttempts(route: Route, world: World): Attempt[] {
  if (route.nobody === undefined) return [];
  const wrong: Attempt["wrong"] = ({ location }) =>
    !route.path.startsWith("/account") || isSignInFor(location, route, requestTo(route, world).path)
      ? undefined
      : `leads to ${location}`;
  const strangers = {
    "no cookie": undefined,
    "an empty cookie": "",
    "a cookie of another site": "session=x; token=y",
    "a blank token": `${sessionCookie}=%20.x`,
    null: `${sessionCookie}=null`,
  };
  return Object.entries(strangers).map(([what, cookie]) => ({
    what,
    sent: withHeaders(requestTo(route, world), { cookie }),
    right: [route.nobody ?? 0],
    wrong,
  }));
}

/** Links, digits and ids, for every route that takes one. */
export const tokenRows: readonly Row[] = [
  tokenRow("E10", "a token that never was", () => ({
    nobodys,
    "44 letters": `${nobodys}A`,
    "1 MB": "A".repeat(1_000_000),
    "60 KB": "A".repeat(60_000),
    ...named(
      "",
      "\0",
      "%00",
      "../../etc/passwd",
      "%",
      "_".repeat(43),
      "%".repeat(43),
      "\u0664".repeat(43),
      `${nobodys}\n`,
      ` ${nobodys}`,
      "' or '1'='1",
      "<script>alert(1)</script>",
      '"><img src=x onerror=alert(1)>',
      "[object Object]",
    ),
  })),
  fieldRow({
    id: "E10",
    what: "digits that are none",
    kinds: ["code"],
    values: () => ({
      ...named(
        "",
        "12345",
        "1234567",
        "12345a",
        "-12345",
        "+12345",
        "1e5000",
        "0x1234",
        "\uff11\uff12\uff13\uff14\uff15\uff16",
        "\u0661\u0662\u0663\u0664\u0665\u0666",
        "\u{1d7ce}".repeat(6),
        "%",
        "______",
        "null",
        "\0",
        "<script>alert(1)</script>",
        "123456\n7",
        "1 2 3 4 5",
      ),
      "60 KB": "1".repeat(60_000),
      "1 MB": "1".repeat(1_000_000),
    }),
  }),
  fieldRow({
    id: "E10",
    what: "digits that are not those in the mail",
    kinds: ["code"],
    values: ({ world: { newcomer } }) =>
      Object.fromEntries(
        ["000000", "999999", newcomer.code.split("").reverse().join("")]
          .filter((code) => code !== newcomer.code)
          .map((code) => [code, code]),
      ),
  }),
  tokenRow("F8", "a token that is too old, for something else, or of another make", (route, world) => ({
    ...ofOtherKinds(route, world),
    ...Object.fromEntries(Object.entries(world.expired).map(([purpose, token]) => [`too old, for ${purpose}`, token])),
    "in upper case": String(route.values(world).token).toUpperCase(),
    "alg none": jwt({ alg: "none" }),
    "alg HS256": `${jwt({ alg: "HS256", typ: "JWT" })}${nobodys}`,
    "with padding": `${String(route.values(world).token)}=`,
  })),
  idRow,
  { id: "F11", what: "an account page without a session", attempts: nobodyAttempts },
  tokenRow("F23", "a blank token, while there are rows with one", () =>
    named("", " ", "\t", "null", "undefined", "0", "false", "\u200b", " ".repeat(43), "\0".repeat(43)),
  ),
];
