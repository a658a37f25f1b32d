import { afterAll, beforeAll, expect, test } from "bun:test";
import { startGatehouse, type Gatehouse, type Visitor } from "../support/harness";
import { linkIn } from "../support/mails";
import { formWith, jpegOf, multipart, png, stripes } from "../support/pictures";

let gatehouse: Gatehouse;
/** Somebody with a picture of another app. */
let user: Visitor;
const given = "https://app.example/given.png";
beforeAll(async () => {
  gatehouse = await startGatehouse();
  user = gatehouse.visitor();
  const { email } = await user.join();
  await gatehouse.rows(`update "user" set image = $2 where email = $1`, [email, given]);
});
afterAll(() => gatehouse.close());

const send = (visitor: Visitor, body: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  visitor.send("/account/picture/upload", {
    method: "POST",
    body,
    headers: { origin: visitor.origin, "content-type": multipart, "content-length": String(body.length), ...headers },
  });
const imageOf = async (visitor: Visitor): Promise<string | null> =>
  JSON.parse((await visitor.get("/api/session")).text).user.image;
const pictures = () => gatehouse.rows("select name from gatehouse.picture order by name");

/** The bytes at the address of a picture of this server. */
async function served(image: string | null) {
  const { pathname } = new URL(image ?? "");
  const { host } = new URL(gatehouse.origin);
  const answer = await gatehouse.edge(new Request(gatehouse.origin + pathname, { headers: { host } }), "127.0.0.1");
  return { answer, bytes: new Uint8Array(await answer.arrayBuffer()) };
}

test("a picture is cut square, made anew, and served under an address that the session API tells", async () => {
  const visitor = gatehouse.visitor();
  await visitor.join();
  const saved = await send(visitor, formWith(stripes()));
  expect([saved.status, saved.location]).toEqual([303, "/account/profile?notice=picture_saved"]);
  const image = await imageOf(visitor);
  expect(image).toMatch(/^http:\/\/localhost:3000\/pictures\/[\w-]{43}\.webp$/);
  const { answer, bytes } = await served(image);
  expect(answer.headers.get("content-security-policy")).toBe("default-src 'none'; sandbox");
  expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  expect(answer.headers.get("cache-control")).toContain("immutable");
  expect(await new Bun.Image(bytes).metadata()).toMatchObject({ format: "webp", width: 256, height: 256 });
  const green = await new Bun.Image(png([300, 300], () => [0, 255, 0])).resize(256, 256).webp({ quality: 82 }).bytes();
  expect(Math.abs(bytes.length - green.length)).toBeLessThan(400); // the middle is one color, and small therefore
  const profile = await visitor.get("/account/profile");
  expect(profile.page.querySelector(".bar img.avatar")?.getAttribute("src")).toBe(new URL(image ?? "").pathname);
  expect((await visitor.get("/account/activity")).text).toContain("Picture changed");
});

test("a JPEG in as many scans as programs write is taken", async () => {
  const visitor = gatehouse.visitor();
  await visitor.join();
  expect((await send(visitor, formWith(jpegOf(4000, 12)))).location).toBe("/account/profile?notice=picture_saved");
});

test("a new picture has a new address, and the former leads nowhere; removed, there is none", async () => {
  const visitor = gatehouse.visitor();
  await visitor.join();
  await send(visitor, formWith(stripes()));
  const first = await imageOf(visitor);
  await send(visitor, formWith(stripes()));
  const second = await imageOf(visitor);
  expect([(await served(first)).answer.status, (await served(second)).answer.status]).toEqual([404, 200]);
  await visitor.post("/account/picture", {});
  expect([await imageOf(visitor), (await served(second)).answer.status]).toEqual([null, 404]);
});

test("a picture is gone with its user", async () => {
  const visitor = gatehouse.visitor();
  const { email } = await visitor.join();
  await send(visitor, formWith(stripes()));
  const before = await pictures();
  await gatehouse.rows(`delete from "user" where email = $1`, [email]);
  expect((await pictures()).length).toBe(before.length - 1);
});

test("a picture of whoever made the account is gone once the owner of the address has it", async () => {
  const squatter = gatehouse.visitor();
  const { email } = await squatter.join();
  await send(squatter, formWith(stripes()));
  const image = await imageOf(squatter);
  await gatehouse.rows("delete from gatehouse.throttle");
  const owner = gatehouse.visitor();
  await owner.submit(await owner.get("/forgot-password"), { email });
  const mail = (await gatehouse.mailsTo(email)).find(({ subject }) => subject.includes("new password"));
  const page = await owner.get(linkIn(mail?.text ?? "", "/reset-password"));
  await owner.submit(page, { password: "a brand new passphrase" });
  expect([await imageOf(owner), (await served(image)).answer.status]).toEqual([null, 404]);
  expect((await owner.post("/account/export", {})).text).toContain('"picture": null');
});

const jpeg = () => new Bun.Image(stripes()).jpeg().bytes();
const webp = () => new Bun.Image(stripes()).webp().bytes();
const half = (bytes: Uint8Array) => bytes.slice(0, bytes.length / 2);
const wrong: [what: string, words: string, bytes: () => Uint8Array | Promise<Uint8Array>][] = [
  ["an SVG", "PNG, JPEG", () => Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`)],
  ["a page", "PNG, JPEG", () => Buffer.from("<!doctype html><script>alert(1)</script>")],
  ["a GIF", "PNG, JPEG", () => Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64")],
  ["nothing", "PNG, JPEG", () => new Uint8Array()],
  ["half a PNG", "PNG, JPEG", () => half(png([400, 400], (x) => [x & 255, (x * 7) & 255, (x * 31) & 255]))],
  ["half a JPEG", "PNG, JPEG", async () => half(await jpeg())],
  ["half a WebP", "PNG, JPEG", async () => half(await webp())],
  ["60,000 × 60,000 pixels", "1 MB and 40", () => png([10, 10], () => [1, 2, 3], [60_000, 60_000])],
  ["a row of 40 million pixels", "1 MB and 40", () => png([10, 10], () => [1, 2, 3], [40_000_000, 1])],
  ["a JPEG of 30 scans over 16 million pixels", "1 MB and 40", () => jpegOf(4000, 30)],
  ["a file of a byte more than 1 MB", "1 MB and 40", () => new Uint8Array(1024 * 1024 + 1)],
  ["a file of 1.1 MB", "1 MB and 40", () => new Uint8Array(1.1 * 1024 * 1024)],
  ["a file of 12 MB", "1 MB and 40", () => new Uint8Array(12 * 1024 * 1024)],
];

test.each(wrong)("a picture that is %s is refused beside its field, and nothing changes", async (_, words, bytes) => {
  const before = await pictures();
  const got = await send(user, formWith(await bytes()));
  expect([got.status, got.page.querySelector("#upload-form [role=alert]")?.text]).toEqual([
    422,
    expect.stringContaining(words),
  ]);
  expect([await imageOf(user), await pictures()]).toEqual([given, before]);
});

test("a picture whose length nobody announced is not read to its end, and the page says what is taken", async () => {
  const headers = { origin: user.origin, "content-type": multipart };
  const body = formWith(new Uint8Array(2 * 1024 * 1024));
  const got = await user.send("/account/picture/upload", { method: "POST", body, headers });
  expect([got.status, got.page.querySelector("#upload-form [role=alert]")?.text]).toEqual([
    422,
    expect.stringContaining("1 MB and 40"),
  ]);
});

test("a picture is taken from its owner's own page alone, as one file of one form", async () => {
  const visitor = gatehouse.visitor();
  await visitor.join();
  const good = formWith(stripes());
  const [end, begin] = [good.lastIndexOf(45) - 1, good.indexOf(13)]; // the last two dashes, the first line break
  const two = new Uint8Array(Buffer.concat([good.slice(0, end), good.slice(begin)]));
  const got = [
    await send(visitor, good, { origin: "https://evil.example" }),
    await send(visitor, good, { "sec-fetch-site": "same-site" }),
    await send(visitor, good, { "content-type": "application/x-www-form-urlencoded" }),
    await send(visitor, formWith(stripes(), "other")),
    await send(visitor, formWith(stripes(), "picture", "picture")),
    await send(visitor, formWith(stripes(), "picture", "other")),
    await send(visitor, two),
    await send(visitor, new Uint8Array(good.slice(0, good.length / 2))),
    await send(gatehouse.visitor(), good),
  ];
  expect(got.map(({ status }) => status)).toEqual([403, 403, 415, 400, 400, 400, 400, 400, 303]);
  expect(await imageOf(visitor)).toBeNull();
});

test("a picture is not kept for whoever is signed in by the time its form is sent", async () => {
  const visitor = gatehouse.visitor();
  await visitor.join();
  const got = await send(visitor, formWith(stripes(), "picture", "account"));
  expect([got.status, got.location, await imageOf(visitor)]).toEqual([303, "/account?notice=page_old", null]);
});

test("a user changes their picture sixty times an hour at most", async () => {
  const visitor = gatehouse.visitor();
  await visitor.join();
  for (let i = 0; i < 60; i++) await send(visitor, formWith(new Uint8Array()));
  const held = await send(visitor, formWith(stripes()));
  expect([held.status, Number(held.headers.get("retry-after")) > 0]).toEqual([429, true]);
});
