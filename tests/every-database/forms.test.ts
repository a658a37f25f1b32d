import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newPerson, startGatehouse, type Gatehouse } from "../support/harness";

/** What the forms take although it is unusual, and what they do with text that would lead elsewhere or run. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse();
});
afterAll(() => gatehouse.close());

const stranger = () => gatehouse.visitor();

describe("the forms", () => {
  test("take a post of an old browser with only a Referer, and of one that hides its origin", async () => {
    const person = newPerson();
    await stranger().signUp(person);
    const send = (headers: Record<string, string>) =>
      stranger().send("/sign-in", {
        method: "POST",
        body: new URLSearchParams({ ...person }).toString(),
        headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
      });
    expect((await send({ referer: `${gatehouse.origin}/sign-in` })).status).toBe(303);
    expect((await send({ origin: "null", "sec-fetch-site": "same-origin" })).status).toBe(303);
  });

  test("show markup in any field as the text it is", async () => {
    const probe = `"><script>alert(1)</script><img src=x onerror=alert(1)>'`;
    const answers = [
      await stranger().post("/sign-in", { email: probe, password: probe, return_to: probe }),
      await stranger().post("/sign-up", { name: probe, email: probe, password: "short", return_to: probe }),
      await stranger().get(`/sign-in?return_to=${encodeURIComponent(probe)}&notice=${encodeURIComponent(probe)}`),
      await stranger().get(`/${encodeURIComponent(probe)}`),
    ];
    for (const { page } of answers)
      expect(page.querySelectorAll("script:not([src]), [onerror], body script")).toHaveLength(0);
  });

  test("drop a return_to that leads elsewhere without a word to the visitor, and log it", async () => {
    const person = newPerson();
    await stranger().signUp(person);
    for (const target of ["//evil.example", "https://evil.example", "javascript:alert(1)", "/\\evil.example"]) {
      const lines = gatehouse.log.length;
      const got = await stranger().post("/sign-in", { ...person, return_to: target });
      expect([got.status, got.location]).toEqual([303, "/account"]);
      expect(gatehouse.log.slice(lines).join()).toContain("return_to.refused");
    }
  });
});
