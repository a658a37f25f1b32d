import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Child, run, startChild, Trouble } from "./child";
import { folder, type Places, portOf, root } from "./places";

const example = join(root, "examples/api");
const client = join(root, "clients/python");
const venv = join(folder, "python");

/** The FastAPI example, in a Python environment of its own; undefined where that cannot be, after saying why. */
export async function startApi(places: Places, say: (line: string) => void): Promise<Child | undefined> {
  const python = Bun.which("python3");
  if (!python || !existsSync(example)) {
    say(python ? "The API example is not here, so the demo goes on without it." : "There is no python3, so the demo goes on without the API.");
    return undefined;
  }
  try {
    await preparePython(python, say);
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    say(`${error.message}\nThe demo goes on without the API. On Debian: apt-get install python3-venv`);
    return undefined;
  }
  return startChild({
    name: "The API",
    command: [join(venv, "bin/python"), "-m", "uvicorn", "main:app", "--port", String(portOf(places.api)), "--timeout-graceful-shutdown", "1"],
    cwd: example,
    environment: { GATEHOUSE_URL: places.login, DOCS_ORIGIN: places.docs, API_ORIGIN: places.api },
    log: join(folder, "api.log"),
    address: `${places.api}/openapi.json`,
  });
}

async function preparePython(python: string, say: (line: string) => void) {
  if (existsSync(join(venv, "bin/uvicorn"))) return;
  say("Preparing Python for the API. This happens once.");
  await run([python, "-m", "venv", venv], folder);
  const install = [join(venv, "bin/pip"), "install", "--quiet", "-c", join(client, "constraints.txt")];
  await run([...install, "hatchling", "editables"], folder); // what builds the client: pip on its own would fetch the newest
  await run([...install, "--no-build-isolation", "--editable", client, "uvicorn"], folder);
}
