import { afterAll, beforeAll, expect, test } from "bun:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { startGatehouse, type Gatehouse } from "../support/harness";

/** The style that pages for anybody have in themselves, so that nobody waits for a second answer to see them. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse();
});
afterAll(() => gatehouse.close());

const unpacked = { gzip: gunzipSync, br: brotliDecompressSync };

const asked = (path: string, headers: Record<string, string>, method = "GET") =>
  gatehouse.edge(
    new Request(gatehouse.origin + path, { method, headers: { host: "localhost:3000", ...headers } }),
    "127.0.0.1",
  );

test("a page for anybody has its style in itself, and the policy allows that very text", async () => {
  const got = await gatehouse.visitor().get("/sign-in");
  const styles = got.page.querySelectorAll("style");
  expect(styles).toHaveLength(1);
  expect(got.page.querySelectorAll("link[rel=stylesheet]")).toHaveLength(0);
  const hash = new Bun.CryptoHasher("sha256").update(styles[0]?.text ?? "").digest("base64");
  const policy = got.headers.get("content-security-policy");
  expect(policy).toContain(`style-src 'self' 'sha256-${hash}';`);
  expect(policy).not.toContain("unsafe-inline");
});

test("a page of the account has its styles in files, which the browser keeps", async () => {
  const visitor = gatehouse.visitor();
  await visitor.join();
  const { page } = await visitor.get("/account");
  expect([page.querySelectorAll("style").length, page.querySelectorAll("link[rel=stylesheet]").length]).toEqual([0, 2]);
});

test("what is compressed gives the very bytes, for every page and status, and only to who takes it", async () => {
  const paths = ["/sign-in", "/sign-up", "/forgot-password", "/verify-email", "/nowhere", "/sign-in?lang=xx"];
  const browsers: Record<string, string>[] = [{}, { cookie: "x=y" }];
  const visits = paths.flatMap((path) => browsers.map((headers) => ({ path, headers })));
  for (const { path, headers } of visits) {
    const plain = await asked(path, headers);
    const packed = await asked(path, { ...headers, "accept-encoding": "gzip, deflate, br" });
    expect([path, plain.headers.get("content-encoding")]).toEqual([path, null]);
    const coding = headers.cookie ? "gzip" : "br";
    expect([path, packed.headers.get("content-encoding"), packed.status]).toEqual([path, coding, plain.status]);
    expect(packed.headers.get("vary")).toContain("Accept-Encoding");
    const [before, after] = [await plain.text(), unpacked[coding](await packed.bytes()).toString()];
    expect(after.replaceAll(/[0-9a-f]{8}\b/g, "")).toBe(before.replaceAll(/[0-9a-f]{8}\b/g, "")); // the id of a request
  }
});

test("how well an address was guessed (BREACH) shows in no length: only the style is compressed", async () => {
  const lengthOf = async (guess: string) => {
    const cookie = "gatehouse.address=ada%40example.org";
    const path = `/sign-in?return_to=${encodeURIComponent(`/account?${guess}`)}`;
    const answer = await asked(path, { cookie, "accept-encoding": "gzip" });
    return (await answer.bytes()).length;
  };
  expect(await lengthOf("value=ada@example.org")).toBe(await lengthOf("value=bob@sandbox.net"));
});

test("a browser without a cookie, of which no page shows anything, gets pages compressed as a whole", async () => {
  const lengthOf = async (headers: Record<string, string>) =>
    (await (await asked("/sign-in", { ...headers, "accept-encoding": "gzip, br" })).bytes()).length;
  expect(await lengthOf({})).toBeLessThan((await lengthOf({ cookie: "x=y" })) - 1000);
});

test("a coding is used when the browser names it, and not when it refuses it or names another one", async () => {
  const { page } = await gatehouse.visitor().get("/sign-in");
  const script = page.querySelector("script")?.getAttribute("src") ?? "";
  for (const [accepted, coding] of [
    ["br;q=0, gzip", "gzip"],
    ["gzip;q=0.000, br;q=0", null],
    ["GZIP ; q=0.5", "gzip"],
    ["x-gzip, br-x", null],
    ["gzip;q=0, identity", null],
    ["*", null],
  ] as const)
    for (const path of ["/sign-in", script]) {
      const { headers } = await asked(path, { "accept-encoding": accepted });
      expect([accepted, path, headers.get("content-encoding")]).toEqual([accepted, path, coding]);
    }
});

test("HEAD tells how long the page is that GET gives, with its links to other languages", async () => {
  for (const path of ["/sign-in", "/sign-in?return_to=/account", "/forgot-password"]) {
    const length = (await (await asked(path, {})).bytes()).length;
    const { headers } = await asked(path, {}, "HEAD");
    expect([path, headers.get("content-length")]).toEqual([path, String(length)]);
  }
});
