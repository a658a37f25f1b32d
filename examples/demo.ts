import { mkdirSync } from "node:fs";
import { startApi } from "./demo/api";
import { type Child, Trouble } from "./demo/child";
import { startDocs } from "./demo/docs";
import { account, startLogin } from "./demo/login";
import { findPlaces, folder, type Places } from "./demo/places";

/** `bun run demo`: the login, a docs site and an API that belong together, until Ctrl-C. */

const say = (line: string) => console.log(line);
const running: Pick<Child, "stop">[] = [];
let isLeaving = false;

for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => void leave(0));
try {
  await start();
} catch (error) {
  if (!(error instanceof Trouble)) throw error;
  console.error(error.message);
  await leave(1);
}

async function start() {
  const places = findPlaces(process.env);
  mkdirSync(folder, { recursive: true });
  const docs = await startDocs(places, say);
  running.push({ stop: () => docs.stop(true) });
  const login = keep(await startLogin(places));
  const api = await startApi(places, say);
  if (api) keep(api);
  welcome(places, api !== undefined);
  await Promise.race([login.exited, ...(api ? [api.exited] : [])]);
}

/** One that ends by itself takes the others along: half a demo would only puzzle. */
function keep(child: Child): Child {
  running.push(child);
  void child.exited.then(() => {
    if (isLeaving) return;
    console.error(`${child.name} has ended. What it said is in ${child.log}`);
    void leave(1);
  });
  return child;
}

function welcome({ login, docs, api }: Places, hasApi: boolean) {
  say(`
  The docs     ${docs}   Sign in is in the corner
  The login    ${login}   its mails are at ${login}/dev/mail
  The API      ${hasApi ? `${api}   the page "Call the API" of the docs asks it who you are` : "is not running"}

  E-mail       ${account.email}
  Password     ${account.password}

  Ctrl-C stops ${hasApi ? "all three" : "both"}.
`);
}

/** Ctrl-C reaches us from the terminal and again through `bun run`: one wish, heard twice. */
async function leave(code: number) {
  if (isLeaving) return;
  isLeaving = true;
  await Promise.all(running.map((program) => program.stop()));
  process.exit(code);
}
