import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { BlockList } from "node:net";
import { countryOf } from "../../src/http/client-ip";
import { knownZone } from "../../src/http/time-zone";
import { startGatehouse, Visitor, type Gatehouse } from "../support/harness";

/** What pages and mails say of where somebody signed in: the country, the clock, the device. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({ TRUSTED_PROXIES: "10.1.0.0/16", GATEHOUSE_COUNTRY_HEADER: "CF-IPCountry" });
});
afterAll(() => gatehouse.close());

const iPhone =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) " +
  "Version/18.1 Mobile/15E148 Safari/604.1";
const viaProxy = () => new Visitor(gatehouse.edge, gatehouse.origin, "10.1.0.7");
const viaNobody = () => new Visitor(gatehouse.edge, gatehouse.origin, "203.0.113.9");
const tellingOf = (country: string) => ({ "cf-ipcountry": country, "x-forwarded-for": "198.51.100.7" });
const text = (visitor: Visitor, path: string) => visitor.get(path).then(({ page }) => page.textContent);

/** A member with a known device, who then signs in with a phone. */
async function signInByPhone({ visitor, headers, zone }: SecondSignIn) {
  const laptop = gatehouse.visitor();
  const person = await laptop.join();
  await gatehouse.rows(`update "user" set email_verified = true where email = $1`, [person.email]);
  const fields = { email: person.email, password: person.password, time_zone: zone ?? "" };
  expect((await visitor.post("/sign-in", fields, { "user-agent": iPhone, ...headers })).status).toBe(303);
  const mails = await gatehouse.mailsTo(person.email);
  return { laptop, mail: mails.find(({ subject }) => subject.includes("New sign-in"))?.text ?? "" };
}

interface SecondSignIn {
  visitor: Visitor;
  headers?: Record<string, string>;
  zone?: string;
}

describe("the country of an address", () => {
  test("is told by the operator's proxy: on devices, in activity and in the mail", async () => {
    const { laptop, mail } = await signInByPhone({ visitor: viaProxy(), headers: tellingOf("DE") });
    expect(mail).toContain("Germany");
    for (const path of ["/account/sessions", "/account/activity"])
      expect(await text(laptop, path)).toContain("198.51.100.7\u00A0· Germany");
    expect(await text(laptop, "/account/sessions?lang=de")).not.toContain("Germany");
  });

  test("is believed from nobody else: a visitor who claims one has none", async () => {
    const { laptop, mail } = await signInByPhone({ visitor: viaNobody(), headers: tellingOf("DE") });
    expect(mail).not.toContain("Germany");
    expect(await text(laptop, "/account/sessions")).not.toContain("Germany");
  });

  test.each(["XX", "", "<b"])("is none where the proxy says %p", async (country) => {
    const { laptop, mail } = await signInByPhone({ visitor: viaProxy(), headers: tellingOf(country) });
    expect(mail).not.toContain("Country");
    expect(await text(laptop, "/account/sessions")).toMatch(/198\.51\.100\.7(?! ·)/);
  });

  test("is none where a name stands that is no country's", () => {
    const proxies = new BlockList();
    proxies.addAddress("10.1.0.7");
    const told = ["XX", "ZZ", "EU", "UK", "SU", "XA", "T1", "de", "DEU", "<b", "", "DE"];
    expect(told.filter((country) => countryOf("10.1.0.7", country, proxies) !== undefined)).toEqual(["DE"]);
  });
});

describe("the clock", () => {
  test("is the browser's, in the mail and on the pages after it, as told at sign-in", async () => {
    const visitor = gatehouse.visitor();
    const { mail } = await signInByPhone({ visitor, zone: "Asia/Tokyo" });
    expect(mail).toContain("GMT+9");
    expect(await text(visitor, "/account/activity")).not.toContain("UTC");
  });

  test.each(["", "Mars/Olympus"])("is that of UTC, and says so, where the browser told %p", async (zone) => {
    const visitor = gatehouse.visitor();
    const { mail } = await signInByPhone({ visitor, zone });
    expect(mail).toContain("UTC");
    expect(await text(visitor, "/account/activity")).toContain("UTC");
  });

  test("is none by a name that the zones' database does not have", () => {
    const told = ["", "Mars/Olympus", "+01:00", "Europe/Berlin\0", "../x", "x".repeat(500), "Europe/Berlin"];
    expect(told.filter((zone) => knownZone(zone) !== undefined)).toEqual(["Europe/Berlin"]);
  });
});

test("a device has a plain name and its kind, and activity says which one was signed out", async () => {
  const { laptop, mail } = await signInByPhone({ visitor: viaNobody() });
  expect(mail).toContain("Safari on iPhone");
  const devices = await laptop.get("/account/sessions");
  expect(devices.page.textContent).toContain("Safari on iPhone");
  const id = devices.page.querySelector("form[id^=end-] [name=id]")?.getAttribute("value") ?? "";
  await laptop.post("/account/sessions", { id });
  expect(await text(laptop, "/account/activity")).toContain("Signed out Safari on iPhone");
});

test("a browser that calls itself by another name is shown as a program, or as nothing that is known", async () => {
  const visitor = gatehouse.visitor();
  const { email, password } = await visitor.join();
  for (const [header, name] of [
    ["curl/8.5.0", "curl (program)"],
    ["python-httpx/0.27", "python-httpx (program)"],
    ["Evil says hello", "Unknown device"],
    ["Evil/1.0 (says hello)", "Unknown device"],
  ] as const) {
    await gatehouse.visitor().post("/sign-in", { email, password }, { "user-agent": header });
    const shown = await text(visitor, "/account/sessions");
    expect([shown.includes(name), shown.includes("Evil")]).toEqual([true, false]);
  }
});

test("of what a browser calls itself 512 characters are kept", async () => {
  const { email, password } = await gatehouse.visitor().join();
  const talkative = { "user-agent": "x".repeat(2000) };
  expect((await gatehouse.visitor().post("/sign-in", { email, password }, talkative)).status).toBe(303);
  expect(await gatehouse.rows("select max(length(user_agent)) as longest from session")).toEqual([{ longest: 512 }]);
});

test("a country's header that nobody is believed with stops the start", async () => {
  await expect(startGatehouse({ GATEHOUSE_COUNTRY_HEADER: "CF-IPCountry" })).rejects.toThrow(
    /GATEHOUSE_COUNTRY_HEADER: .*TRUSTED_PROXIES/,
  );
});
