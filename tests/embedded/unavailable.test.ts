import { expect, test } from "bun:test";
import { parse } from "node-html-parser";
import { startGatehouse } from "../support/harness";
import { newTestDatabase } from "../support/databases";

/** What a visitor sees while the database cannot be asked. */

test("a page that is unavailable tries again by itself, and shows the beginning of its id", async () => {
  const database = await newTestDatabase();
  const gatehouse = await startGatehouse({}, database);
  const visitor = gatehouse.visitor();
  await visitor.join();
  await database.takeAway();
  const { status, headers, text } = await visitor.get("/account");
  const page = parse(text);
  expect([status, headers.get("refresh")]).toEqual([503, "5"]);
  expect(page.querySelector("main a.button")?.getAttribute("href")).toBe("");
  const id = headers.get("x-request-id") ?? "";
  expect(page.querySelector(".reference code")?.text).toBe(id.slice(0, 8));
  await gatehouse.close();
});
