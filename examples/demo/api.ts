import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Child, run, type Stage, startChild, Trouble } from "./child";
import { folder, type Places, portOf, root } from "./places";

const example = join(root, "examples/api");
const client = join(root, "clients/python");
const venv = join(folder, "python");

/** The FastAPI example, in a Python environment of its own; undefined where that cannot be, after saying why. */
export async function startApi(places: Places, stage: Stage): Promise<Child | undefined> {
  const python = Bun.which("python3");
  if (!python || !existsSync(example)) {
    stage.say(
      python
        ? "The API example is not here, so the demo goes on without it."
        : "There is no python3, so the demo goes on without the API.",
    );
    return undefined;
  }
  try {
    await preparePython(python, stage);
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    stage.say(`${error.message}\nThe demo goes on without the API. On Debian: apt-get install python3-venv`);
    return undefined;
  }
  const start = {
    name: "The API",
    command: [
      join(venv, "bin/python"),
      "-m",
      "uvicorn",
      "main:app",
      "--port",
      String(portOf(places.api)),
      "--timeout-graceful-shutdown",
      "1",
    ],
    cwd: example,
    environment: { GATEHOUSE_URL: places.login, DOCS_ORIGIN: places.docs, API_ORIGIN: places.api },
    log: join(folder, "api.log"),
    address: `${places.api}/openapi.json`,
  };
  return startChild(start, stage);
}

async function preparePython(python: string, stage: Stage) {
  if (existsSync(join(venv, "bin/uvicorn"))) return;
  stage.say("Preparing Python for the API. This happens once.");
  await run({ command: [python, "-m", "venv", venv], cwd: folder }, stage);
  const install = [join(venv, "bin/pip"), "install", "--quiet", "-c", join(client, "constraints.txt")];
  // what builds the client: pip on its own would fetch the newest
  await run({ command: [...install, "hatchling", "editables"], cwd: folder }, stage);
  await run({ command: [...install, "--no-build-isolation", "--editable", client, "uvicorn"], cwd: folder }, stage);
}
