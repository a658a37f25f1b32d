import { expect } from "bun:test";
import { newPerson } from "../support/harness";
import { requestTo } from "./request";
import { routes } from "./routes";
import type { Attempt, Scenario } from "./row";
import { judge } from "./verdict";
import type { World } from "./world";

/** One address, however it is typed, is one account; another one is another's. */
async function oneAccountPerAddress({ gatehouse, member }: World) {
  const { email, password } = member;
  const upper = email.toUpperCase();
  expect((await gatehouse.visitor().post("/sign-in", { email: upper, password })).status).toBe(303);
  expect((await gatehouse.visitor().post("/sign-up", { ...newPerson(), email: upper })).status).toBe(303);
  expect(await gatehouse.rows(`select 1 from "user" where lower(email) = $1`, [email])).toHaveLength(1);
  for (const other of [
    email.replace("@", "+tag@"),
    email.replace("@", ".@").replace(".@", "x@"),
    email.replace("a", "a."),
  ])
    expect((await gatehouse.visitor().post("/sign-in", { email: other, password })).status).toBe(422);
  return 5;
}

/** Rare, but addresses: whoever may have one must be able to sign in with it. */
async function sameAddressEverywhere({ gatehouse, member, cookie }: World) {
  const rare = [
    "a!b@example.org",
    "a'@example.org",
    "x/y=z@example.org",
    "{a}@example.org",
    "ada@example.xn--p1ai",
    "ada@xn--mnchen-3ya.de",
    "a.b+c_d-e'f@example.org",
  ];
  const verdicts: string[] = [];
  for (const email of rare) {
    const doors = {
      change: await gatehouse.visitor().post("/account/email", { email }, { cookie }),
      "sign in": await gatehouse.visitor().post("/sign-in", { email, password: member.password }),
      "ask for a link": await gatehouse.visitor().post("/forgot-password", { email: `x${email}` }),
      "sign up": await gatehouse.visitor().post("/sign-up", { ...newPerson(), email: `y${email}` }),
    };
    const open = Object.entries(doors).filter(
      ([, got]) =>
        got.status === 303 || got.page.querySelector("[role=alert]")?.text.includes("Wrong email or password"),
    );
    if (open.length > 0 && open.length < 4) verdicts.push(`${email} may only ${open.map(([door]) => door).join(", ")}`);
  }
  expect(verdicts).toEqual([]);
  return rare.length * 4;
}

/** A name may hold anything that is a line of text; wherever it is shown it stays text. */
async function namesAreText(world: World) {
  const { gatehouse, cookie } = world;
  const names = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onfocus=alert(1) autofocus '",
    "&lt;b&gt;&#60;i",
    "{{7*7}} ${7*7} <%= 7*7 %>",
    "%s%n %00 \\u0000 \\",
    "Robert'); drop table session;--",
    "__proto__",
    "\u{1f469}\u200d\u{1f680} \u05d0\u05d1 \u0645",
    "x".repeat(100),
  ];
  let made = 0;
  const wrongs: string[] = [];
  for (const name of names) {
    expect((await gatehouse.visitor().post("/account/profile", { name }, { cookie })).status).toBe(303);
    expect(JSON.parse((await gatehouse.visitor().get("/api/session", { cookie })).text).user.name).toBe(name);
    for (const route of routes.filter(({ method, as }) => method === "GET" && as === "member")) {
      const shown: Attempt["wrong"] = ({ page }) =>
        route.path !== "/account/profile" || page.querySelector("#name")?.getAttribute("value") === name
          ? undefined
          : "shows another name";
      if (route.type === "page")
        wrongs.push(
          ...(await judge(world, {
            route,
            attempt: { what: `named ${name}`, sent: requestTo(route, world), right: [route.status], wrong: shown },
            family: "E",
          })),
        );
    }
    made += 2;
  }
  expect(wrongs).toEqual([]);
  return made;
}

/** Length is counted as people count, and whatever was chosen opens the door. */
async function passwordLengths({ gatehouse }: World) {
  const phrase = "a hundred and twenty-eight signs say who is at the door ".repeat(3).slice(0, 128);
  const passwords = [
    "gut, ja!",
    "14 odd signs !",
    "fifteen signs ok",
    phrase.slice(0, 64),
    phrase,
    `${phrase.slice(0, 64)}${"\u{1f600}\u{1f601}".repeat(32)}`,
    "na\u0308h n\u00e4h oder ja",
    "\u3000 \u00a0 odd spaces \t in",
    "\0nul is one too",
  ];
  for (const password of passwords) {
    const person = { ...newPerson(), password };
    expect([password, (await gatehouse.visitor().post("/sign-up", { ...person })).status]).toEqual([password, 303]);
    expect([password, (await gatehouse.visitor().post("/sign-in", { email: person.email, password })).status]).toEqual([
      password,
      303,
    ]);
  }
  return passwords.length * 2;
}

/** What takes more than one request to tell, about what people type. */
export const fieldScenarios: readonly Scenario[] = [
  { id: "E1", what: "an address is one account, however it is typed", run: oneAccountPerAddress },
  { id: "E4", what: "an address is taken at every door or at none", run: sameAddressEverywhere },
  { id: "E6", what: "a name stays text wherever it is shown", run: namesAreText },
  { id: "E7", what: "a password of any length that is allowed opens the door", run: passwordLengths },
];
