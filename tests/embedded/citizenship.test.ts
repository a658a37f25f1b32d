import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { inflateSync } from "node:zlib";
import { parse } from "node-html-parser";
import { startGatehouse, type Gatehouse } from "../support/harness";

/** What browsers, phones and search engines ask of any site. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({ GATEHOUSE_ACCENT: "#0f766e", BRAND_NAME: "Acme & Sons" });
});
afterAll(() => gatehouse.close());

const nowhere = [
  "//evil.example/",
  "/nowhere/",
  "/dev/mail/",
  "/api/session/",
  "/assets/",
  "/sign-in//",
  "/openapi.json/",
  "/favicon.ico/",
];

describe("a page", () => {
  test.each([
    ["/login?return_to=%2Faccount", "/sign-in?return_to=%2Faccount"],
    ["/signup", "/sign-up"],
    ["/logout/", "/sign-out"],
    ["/settings", "/account"],
    ["/sign-in/", "/sign-in"],
    ["/account/sessions/", "/account/sessions"],
  ])("asked for as %s is found at %s", async (asked, found) => {
    const { status, headers } = await gatehouse.visitor().get(asked);
    expect([status, headers.get("location")]).toEqual([308, gatehouse.origin + found]);
  });

  test.each(nowhere)("that is not there (%s) leads nowhere", async (path) => {
    const { status, headers } = await gatehouse.visitor().get(path);
    expect([status, headers.get("location")]).toEqual([404, null]);
  });

  test("is kept out of searches, and brings its title and the colors of the brand", async () => {
    const { headers, text } = await gatehouse.visitor().get("/sign-in");
    expect(headers.get("x-robots-tag")).toBe("noindex");
    const head = parse(text).querySelector("head");
    const content = (name: string) => head?.querySelectorAll(name).map((meta) => meta.getAttribute("content"));
    expect(content('meta[name="robots"]')).toEqual(["noindex"]);
    expect(content('meta[property="og:title"]')).toEqual(["Sign in · Acme & Sons"]);
    expect(content('meta[name="theme-color"]')?.[0]).toBe("#0f766e");
    expect(head?.querySelectorAll('meta[name="theme-color"]').map((meta) => meta.getAttribute("media"))).toEqual([
      "(prefers-color-scheme: light)",
      "(prefers-color-scheme: dark)",
    ]);
  });
});

test.each(["/favicon.ico", "/apple-touch-icon.png"])(
  "%s is a square in the accent with the mark on it",
  async (path) => {
    const answer = await gatehouse.edge(new Request(gatehouse.origin + path, { headers: host() }), "127.0.0.1");
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "image/png"]);
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(bytes.subarray(1, 4).toString()).toBe("PNG");
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([180, 180]);
    const pixels = inflateSync(bytes.subarray(41, 41 + bytes.readUInt32BE(33)));
    const pixel = (x: number, y: number) => pixels.subarray(y * 541 + 1 + 3 * x).toString("hex", 0, 3);
    expect([pixel(0, 0), pixel(90, 120), pixel(55, 120)]).toEqual(["0f766e", "ffffff", "ffffff"]);
  },
);

const host = () => ({ host: new URL(gatehouse.origin).host });
