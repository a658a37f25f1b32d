import { mkdirSync } from "node:fs";
import { startApi } from "./demo/api";
import { type Child, type Stage, Trouble } from "./demo/child";
import { startDocs } from "./demo/docs";
import { account, startLogin } from "./demo/login";
import { findPlaces, folder, type Places } from "./demo/places";

/** `bun run demo`: the login, a docs site and an API that belong together, until Ctrl-C. */

const ends: (() => Promise<void>)[] = [];
let isLeaving = false;

const stage: Stage = {
  say: (line) => void (isLeaving || console.log(line)),
  atTheEnd: (stop) => void ends.push(stop),
};

// Ctrl-C, `kill`, and a terminal that is closed.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => void leave(0));
try {
  await start();
} catch (error) {
  await fail(error);
}

async function start() {
  const places = findPlaces(process.env);
  mkdirSync(folder, { recursive: true });
  await startDocs(places, stage);
  const login = keep(await startLogin(places, stage));
  const api = await startApi(places, stage);
  if (api) keep(api);
  welcome(places, api !== undefined);
  await Promise.race([login.exited, ...(api ? [api.exited] : [])]);
}

/** One that ends by itself takes the others along: half a demo would only puzzle. */
function keep(child: Child): Child {
  void child.exited.then(() => fail(new Trouble(`${child.name} has ended. What it said is in ${child.log}`)));
  return child;
}

function welcome({ login, docs, api }: Places, hasApi: boolean) {
  stage.say(`
  The docs     ${docs}   Sign in is in the corner
  The login    ${login}   its mails are at ${login}/dev/mail
  The API      ${hasApi ? `${api}   the page "Call the API" of the docs asks it who you are` : "is not running"}

  Email        ${account.email}
  Password     ${account.password}

  Ctrl-C stops ${hasApi ? "all three" : "both"}.
`);
}

/** What goes wrong once we leave is our own doing: whatever was being started is stopped. */
async function fail(error: unknown) {
  if (isLeaving) return;
  console.error(error instanceof Trouble ? error.message : error);
  await leave(1);
}

/** Ctrl-C reaches us from the terminal and again through `bun run`: one wish, heard twice. */
async function leave(code: number) {
  if (isLeaving) return;
  isLeaving = true;
  // again for what was started meanwhile
  while (ends.length > 0) await Promise.allSettled(ends.splice(0).map((stop) => stop()));
  process.exit(code);
}
