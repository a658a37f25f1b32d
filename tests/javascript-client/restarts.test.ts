import { afterAll, beforeAll, expect, test } from "bun:test";
import { newPerson } from "../support/harness";
import type { Served } from "../support/serve";
import { startProgram, type Program } from "../support/program";
import { until } from "../support/until";
import { startFramework } from "./places";

/** The real Gatehouse is killed and comes back under load: never a wrong answer, never a long wait. */

const requests = 6000;
const visitorsOfEach = 8;
const person = newPerson();
let gatehouse: Program;
let app: Served;
beforeAll(async () => {
  gatehouse = await startProgram();
  app = await startFramework("Express under Node", { GATEHOUSE_URL: gatehouse.origin });
});
afterAll(async () => {
  await app.stop();
  await gatehouse.remove();
});

/** What was answered to whom, without a pause, until it is told to stop. */
class Load {
  answers = new Map<string, number>();
  wrong: string[] = [];
  slowest = 0; // milliseconds
  total = 0;
  isOver = false;

  async visit([cookie, right]: [string, number]) {
    while (!this.isOver) {
      const began = performance.now();
      const answer = await fetch(`${app.origin}/me`, { headers: { cookie } });
      const text = await answer.text();
      this.slowest = Math.max(this.slowest, performance.now() - began);
      const isRight =
        answer.status === 503 || (answer.status === right && (right !== 200 || text.includes(person.email)));
      if (!isRight) this.wrong.push(`${answer.status} ${text}`);
      const key = `${right} ${answer.status}`;
      this.answers.set(key, (this.answers.get(key) ?? 0) + 1);
      this.total += 1;
    }
  }

  async untilAnswered(more: number) {
    const goal = this.total + more;
    await until(`${goal} answers were given`, () => this.total >= goal, { every: 20 });
  }
}

test("restarted under load, nobody gets a wrong answer", async () => {
  await post("/sign-up", { ...person });
  const [cookie, gone] = [await signIn(), await signIn()];
  await post("/sign-out", {}, gone);
  const forged = cookie.replace(/(session_token=)./, "$1_");
  const load = new Load();
  const whom: [string, number][] = [
    [cookie, 200],
    [gone, 401],
    [forged, 401],
  ];
  const visitors = Array.from({ length: visitorsOfEach }, () => whom.map((who) => load.visit(who))).flat();
  const share = requests / 6;
  await load.untilAnswered(share);
  for (const ending of ["SIGKILL", "SIGTERM"] as const) {
    await gatehouse.stop(ending);
    await load.untilAnswered(share);
    gatehouse = await startProgram({ PORT: new URL(gatehouse.origin).port }, gatehouse.dataDirectory);
    await load.untilAnswered(share);
  }
  await load.untilAnswered(share);
  load.isOver = true;
  await Promise.all(visitors);
  expect(load.wrong).toEqual([]);
  expect(load.slowest).toBeLessThan(5000); // the deadline is 0.8 s, and later on a machine full of other work
  for (const [right, status] of [
    [200, 200],
    [200, 503],
    [401, 401],
    [401, 503],
  ])
    expect([right, status, (load.answers.get(`${right} ${status}`) ?? 0) > 10]).toEqual([right, status, true]);
});

async function signIn(): Promise<string> {
  const { headers } = await post("/sign-in", { ...person, remember: "on" });
  return headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
}

function post(path: string, fields: Record<string, string>, cookie = ""): Promise<Response> {
  const { origin } = gatehouse;
  return fetch(origin + path, {
    ...{ method: "POST", redirect: "manual" as const },
    ...{ headers: { origin, cookie }, body: new URLSearchParams(fields) },
  });
}
