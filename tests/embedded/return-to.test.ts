import { expect, test } from "bun:test";
import { safeReturnTo } from "../../src/http/return-to";

const here = {
  origin: "https://login.example.com",
  trustedOrigins: ["https://docs.example.com", "http://localhost:3001"],
};
const honoured: [asked: string, target: string][] = [
  ["/account", "/account"],
  ["/account?tab=1#top", "/account?tab=1#top"],
  ["/x/../account", "/account"],
  ["/a/%2e%2e/b", "/b"],
  ["/sign-in?return_to=//evil.example", "/sign-in?return_to=//evil.example"], // checked again when it is used
  ["https://docs.example.com", "https://docs.example.com/"],
  ["https://docs.example.com/guide/intro?v=2#install", "https://docs.example.com/guide/intro?v=2#install"],
  ["https://login.example.com/account", "https://login.example.com/account"],
  ["http://localhost:3001/docs", "http://localhost:3001/docs"],
  ["https://docs.example.com/%2F%2Fevil.example", ""],
];

for (const [asked, target] of honoured)
  test(`return_to ${asked} leads to ${target || "the account"}`, () => {
    expect(safeReturnTo(asked, here) ?? "").toBe(target);
  });

const refused = [
  "//evil.example",
  "///evil.example",
  "////evil.example",
  "/\\evil.example",
  "\\\\evil.example",
  "\\/evil.example",
  "/%5cevil.example",
  "/%2fevil.example",
  "/%2Fevil.example",
  "/\tevil.example",
  "/\n/evil.example",
  "/\r\n/evil.example",
  "/ /evil.example",
  "/.//evil.example",
  "/..//evil.example",
  "/x/../..//evil.example",
  "/./%2fevil.example",
  "https:evil.example",
  "https:/evil.example",
  "http:evil.example",
  "https:docs.example.com",
  "https:/docs.example.com/",
  " https://docs.example.com/",
  "javascript:alert(1)",
  " javascript:alert(1)",
  "java\nscript:alert(1)",
  "JaVaScRiPt:alert(1)",
  "data:text/html,x",
  "vbscript:x",
  "blob:https://docs.example.com/1",
  "file:///etc/passwd",
  "view-source:https://docs.example.com",
  "https://docs.example.com@evil.example/",
  "https://docs.example.com.evil.example/",
  "https://evil.example#https://docs.example.com/",
  "https://evil.example\\@docs.example.com/",
  "https://docs.example.com\\@evil.example/",
  "https://user@docs.example.com/",
  "https://user:pw@docs.example.com/",
  "https://ⓓocs.example.com/",
  "https://docs.example.com。/",
  "https://docs.example.com./",
  "https://docs.example.com:444/",
  "http://docs.example.com/",
  "https://127.0.0.1/",
  "https://[::1]/",
  "https://2130706433/",
  "http://localhost:3002/",
  "https://sub.docs.example.com/",
  "https://evildocs.example.com/",
  "https://DOCS.example.com/",
  "account",
  "?x",
  "#x",
  ".",
  "..",
  "/a\r\nSet-Cookie: x=1",
  `/${"a".repeat(3000)}`,
  "https://docs.example.com?x",
  "null",
  "[object Object]",
  "%2f%2fevil.example",
  "*",
];

for (const asked of refused)
  test(`return_to ${JSON.stringify(asked.slice(0, 60))} leads nowhere`, () => {
    expect(safeReturnTo(asked, here)).toBeUndefined();
  });

test("return_to never leaves the list, whatever a browser makes of what we emit", () => {
  const parts = [
    "/",
    "//",
    "\\",
    "https:",
    "http:",
    "docs.example.com",
    "evil.example",
    "@",
    "#",
    "?",
    ".",
    "..",
    ":",
    "%2f",
    "%5c",
    "\t",
    "localhost:3001",
    "a",
    "login.example.com",
  ];
  let seed = 20261120;
  const next = (below: number) => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) % below;
  for (let round = 0; round < 20_000; round++) {
    const asked = Array.from({ length: 1 + next(7) }, () => parts[next(parts.length)]).join("");
    const target = safeReturnTo(asked, here);
    if (target === undefined) continue;
    const landing = new URL(target, `${here.origin}/sign-in`);
    expect([here.origin, ...here.trustedOrigins]).toContain(landing.origin);
    expect(target).not.toMatch(/^\/[/\\]|[\s\\]/);
  }
});
