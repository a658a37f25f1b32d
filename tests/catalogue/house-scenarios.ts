import { expect } from "bun:test";
import { capabilities } from "../../src/capabilities/index";
import { readConfig } from "../../src/settings/config";
import { newPerson, startGatehouse } from "../support/harness";
import { requestTo } from "./request";
import { routes } from "./routes";
import { acts, type Attempt, type Scenario } from "./row";
import { judge } from "./verdict";
import { sessionCookie, type World } from "./world";

const tokenIn = (cookie: string) => decodeURIComponent(cookie).match(new RegExp(`${sessionCookie}=([^.]+)`))?.[1] ?? "";

/** An attacker gave the victim's browser a cookie, and waits for the victim to sign in with it. */
async function fixation({ gatehouse, member, newcomerCookie }: World) {
  for (const planted of [
    `${sessionCookie}=chosen.by-the-attacker`,
    newcomerCookie.split("; ").find((pair) => pair.startsWith(sessionCookie)) ?? "",
  ]) {
    const victim = gatehouse.visitor();
    victim.cookies.set(sessionCookie, planted.slice(sessionCookie.length + 1));
    const { status } = await victim.post("/sign-in", { email: member.email, password: member.password });
    expect(status).toBe(303);
    expect(tokenIn(victim.cookieHeader())).not.toBe(tokenIn(planted));
    expect((await victim.get("/api/session")).text).toContain(member.email);
    expect((await gatehouse.visitor().get("/api/session", { cookie: planted })).status).toBe(401);
  }
  return 6;
}

async function mailedLinks({ gatehouse, member }: World) {
  const claims: Record<string, string>[] = [
    { "x-forwarded-host": "evil.example", "x-forwarded-proto": "https" },
    { forwarded: "host=evil.example;proto=https" },
    { "x-host": "evil.example", referer: `${gatehouse.origin}/@evil.example` },
  ];
  for (const claim of claims) {
    await gatehouse.rows("delete from gatehouse.throttle");
    expect((await gatehouse.visitor().post("/forgot-password", { email: member.email }, claim)).status).toBe(303);
    const [mail] = await gatehouse.mailsTo(member.email);
    expect(mail?.text).toContain(`${gatehouse.origin}/reset-password?token=`);
    expect(`${mail?.text}${mail?.html}`).not.toContain("evil");
  }
  return claims.length;
}

/** Fields that nobody may set of themselves, under each name they could have. */
const extras = {
  id: "chosen",
  role: "admin",
  emailVerified: true,
  email_verified: "true",
  banned: false,
  createdAt: "2001-01-01",
  created_at: "2001-01-01",
  userId: "chosen",
  user: { id: "chosen" },
  data: { emailVerified: true },
};

async function massAssignment({ gatehouse, member, cookie }: World) {
  const rowOf = async (email: string) =>
    (
      await gatehouse.rows<Record<string, unknown>>(
        `select id, email, email_verified, image, created_at > now() - interval '1 hour' as is_new,
           to_jsonb(u) - '{name,updated_at}'::text[] as all
         from "user" u where email = $1`,
        [email],
      )
    )[0];
  const [byPage, byApi] = [newPerson(), newPerson()];
  const asText = Object.fromEntries(Object.entries(extras).map(([name, value]) => [name, String(value)]));
  expect(
    (await gatehouse.visitor().post("/sign-up", { ...byPage, ...asText, image: "javascript:alert(1)" })).status,
  ).toBe(303);
  const headers = { origin: gatehouse.origin, "content-type": "application/json" };
  const answer = await gatehouse
    .visitor()
    .send("/api/auth/sign-up/email", { method: "POST", headers, body: JSON.stringify({ ...byApi, ...extras }) });
  expect([200, 400]).toContain(answer.status);
  for (const { email } of [byPage, byApi]) {
    const row = await rowOf(email);
    if (email === byApi.email && answer.status === 400) expect(row).toBeUndefined();
    else
      expect([row?.id === "chosen", row?.email_verified, row?.image, row?.is_new]).toEqual([false, false, null, true]);
  }
  const before = await rowOf(member.email);
  const stolen = { name: "Renamed", ...asText, email: "stolen@example.org", image: "javascript:alert(1)" };
  expect((await gatehouse.visitor().post("/account/profile", stolen, { cookie })).status).toBe(303);
  expect(await rowOf(member.email)).toEqual(before);
  return 3;
}

/** With the database gone nobody is signed out, and nobody is let in: it cannot be known. */
async function databaseGone(world: World) {
  const gatehouse = await startGatehouse({}, undefined, capabilities);
  const visitor = gatehouse.visitor();
  await visitor.join();
  await gatehouse.mailsTo("");
  await gatehouse.takeAway();
  const cookie = visitor.cookieHeader();
  const broken: World = { ...world, gatehouse, cookie, unproven: cookie };
  const wrongs: string[] = [];
  for (const route of routes.filter((route) => acts(route) || route.nobody !== undefined)) {
    const sent = requestTo(route, broken);
    const wrong: Attempt["wrong"] = ({ headers }) =>
      Number(headers.get("retry-after")) > 0 ? undefined : "does not say when to try again";
    wrongs.push(
      ...(await judge(broken, {
        route,
        attempt: {
          what: "the database gone",
          sent: { ...sent, headers: { ...sent.headers, cookie } },
          right: [503],
          wrong,
          hashes: true,
        },
        family: "F",
      })),
    );
  }
  await gatehouse.close();
  expect(wrongs).toEqual([]);
  return 0;
}

/** `return_to` of the page that a `return_to` led to is looked at again. */
async function nestedReturn({ gatehouse, cookie }: World) {
  for (const path of ["/sign-in", "/sign-up"]) {
    const first = await gatehouse
      .visitor()
      .get(`/sign-in?return_to=${encodeURIComponent(`${path}?return_to=//evil.example`)}`, { cookie });
    expect(first.location).toBe(`${path}?return_to=//evil.example`);
    expect((await gatehouse.visitor().get(first.location ?? "", { cookie })).location).toBe("/account");
  }
  return 4;
}

async function wildcardOrigins() {
  for (const origin of [
    "*",
    "https://*",
    "https://*.github.io",
    "https://*.co.uk",
    "https://*.example.com",
    "https://docs.example.com/path",
    "https://user@docs.example.com",
    "null",
    "javascript:x",
  ])
    expect(() => readConfig({ TRUSTED_ORIGINS: origin })).toThrow("TRUSTED_ORIGINS");
  return 0;
}

/** What takes more than one request to tell, about the house. */
export const houseScenarios: readonly Scenario[] = [
  { id: "C12", what: "a cookie planted before the sign-in is worth nothing after it", run: fixation },
  { id: "H3", what: "links in mails lead here, whatever a client claims to be", run: mailedLinks },
  { id: "B10", what: "nobody sets what is not theirs to set", run: massAssignment },
  { id: "F11", what: "with the database gone nobody is signed out or in", run: databaseGone },
  { id: "R6", what: "no wildcard among the trusted origins", run: wildcardOrigins },
  { id: "R8", what: "a return_to inside a return_to is looked at again", run: nestedReturn },
];
