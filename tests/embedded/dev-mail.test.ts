import { afterAll, beforeAll, expect, test } from "bun:test";
import { parse } from "node-html-parser";
import { startGatehouse, Visitor, type Gatehouse } from "../support/harness";

/** The page of mails in local mode: a list, and beside it the mail as a mail program shows it. */

let gatehouse: Gatehouse;
let visitor: Visitor;
beforeAll(async () => {
  gatehouse = await startGatehouse();
  visitor = new Visitor(gatehouse.edge, gatehouse.origin, "127.0.0.1");
});
afterAll(() => gatehouse.close());

test("the list shows the newest mail beside it, and its links open there without a script", async () => {
  const first = await gatehouse.visitor().join();
  const second = await gatehouse.visitor().join();
  await gatehouse.mailsTo("");
  const page = parse((await visitor.get("/dev/mail")).text);
  const frame = page.querySelector("iframe");
  const [newest, older] = page.querySelectorAll("article");
  expect([newest?.text, older?.text]).toEqual([
    expect.stringContaining(`To ${second.email} `),
    expect.stringContaining(`To ${first.email} `),
  ]);
  const link = older?.querySelector("h2 a");
  expect(link?.getAttribute("target")).toBe(frame?.getAttribute("name"));
  expect(frame?.getAttribute("src")).toBe(newest?.querySelector("h2 a")?.getAttribute("href"));
  const code = older?.querySelector("[data-copy]")?.getAttribute("data-copy") ?? "none";
  expect(code).toMatch(/^\d{6}$/);
  expect((await visitor.get(link?.getAttribute("href") ?? "")).text).toContain(`>${code}<`);
});

test("only this page may frame, only its mails may be framed, and a mail runs and fetches nothing", async () => {
  await gatehouse.visitor().join();
  await gatehouse.mailsTo("");
  const { headers, text } = await visitor.get("/dev/mail");
  expect(headers.get("content-security-policy")).toEndWith("; frame-src 'self'");
  expect(headers.get("x-frame-options")).toBe("DENY");
  const mail = await visitor.get(parse(text).querySelector("iframe")?.getAttribute("src") ?? "");
  const policy = mail.headers.get("content-security-policy") ?? "";
  expect(policy).toStartWith("default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'self'");
  expect(policy).toContain("; sandbox allow-popups");
  expect(policy).not.toContain("allow-scripts");
  expect(mail.headers.get("x-frame-options")).toBe("SAMEORIGIN");
  expect((await visitor.get("/sign-in")).headers.get("content-security-policy")).not.toContain("frame-src");
});
