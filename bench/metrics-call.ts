import { createMeasure } from "../src/measure";
import { createMetrics } from "../src/process/metrics";
import { noCache, type Kept } from "../src/session/cache";
import { newCheckCounts } from "../src/session/counts";
import { createFastPaths } from "../src/session/fast-path";
import { table } from "./page";

/**
 * `bun bench/metrics-call.ts`: what counting costs by itself, in nanoseconds of one call, for a machine that is too
 * busy to compare programs. The calls take turns in one process, and the quickest round of each counts.
 */

const rounds = 60;
const calls = 20_000;

const now = new Date();
const kept: Kept = {
  cookie: "token.signature",
  isOutdated: false,
  signedIn: {
    user: {
      id: "1",
      email: "ada@example.org",
      emailVerified: true,
      name: "Ada",
      image: null,
      roles: [],
      createdAt: now,
      updatedAt: now,
    },
    session: {
      ...{ id: "2", userId: "1", expiresAt: new Date(now.getTime() + 1e9), createdAt: now, updatedAt: now },
      ...{ ipAddress: "", userAgent: "", factors: 1, methods: ["password"] },
    },
  },
};
const paths = (counts?: ReturnType<typeof newCheckCounts>) =>
  createFastPaths({
    ...{ guards: {}, trustedOrigins: [], freshSeconds: 900, isOpen: () => true, counts },
    cache: { ...noCache, find: () => kept },
    rules: { host: "localhost:3000", extendsFromSeconds: 0 },
  })["/api/session"];
const headers = { host: "localhost:3000", cookie: "better-auth.session_token=token.signature" };
const request = new Request("http://localhost:3000/api/session", { headers });
const measure = createMeasure(createMetrics(), [{ path: "/sign-in" }, { path: "/assets/*" }]);
const answered = { pathname: "/sign-in", method: "GET", status: 200, seconds: 0.01 };

const [counting, plain] = [paths(newCheckCounts()), paths()];
const works = {
  "a check from memory, counted": () => counting(request),
  "the same, not counted": () => plain(request),
  "measuring any other request": () => measure(answered),
};
const quickest = new Map<string, number>();
for (let round = 0; round < rounds; round++)
  for (const [name, work] of Object.entries(works)) {
    const began = Bun.nanoseconds();
    for (let call = 0; call < calls; call++) work();
    const each = (Bun.nanoseconds() - began) / calls;
    quickest.set(name, Math.min(quickest.get(name) ?? Infinity, each));
  }
console.log(
  table(
    ["call", "nanoseconds"],
    [...quickest].map(([name, each]) => [name, each.toFixed(0)]),
  ),
);
