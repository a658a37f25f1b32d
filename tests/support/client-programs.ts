import { cpSync } from "node:fs";
import { basename, dirname } from "node:path";
import { folderWithClient } from "./javascript";
import { endedAtLast } from "./left";
import { freePort } from "./program";
import { pythonForClient } from "./python";
import { until } from "./until";

/** Programs that use one of the clients, as real processes. */
export interface ClientProgram {
  origin: string;
  process: Bun.Subprocess;
}

/** Starts such a program with this environment, on a free port of `127.0.0.1`, and waits until it answers. */
export type StartProgram = (environment: Record<string, string>) => Promise<ClientProgram>;

/** An app for uvicorn, such as `memory_app:app`, in a folder; with the client as it is in this checkout. */
export async function pythonProgram(folder: string, app: string): Promise<StartProgram> {
  const { python, sources } = await pythonForClient();
  const uvicorn = [python, "-m", "uvicorn", app, "--no-access-log", "--log-level", "warning", "--port"];
  return (environment) =>
    start((port) => [...uvicorn, port], { cwd: folder, env: { ...environment, PYTHONPATH: sources } });
}

/** A program for Node that listens on `PORT`; what lies beside it comes along. The client is built as it is now. */
export function nodeProgram(path: string): StartProgram {
  const cwd = folderWithClient();
  cpSync(dirname(path), cwd, { recursive: true });
  return (env) => start(() => ["node", basename(path)], { cwd, env });
}

interface Where {
  cwd: string;
  env: Record<string, string>;
}

async function start(command: (port: string) => string[], { cwd, env }: Where): Promise<ClientProgram> {
  const port = String(freePort());
  const child = Bun.spawn(command(port), {
    ...{ cwd, env: { ...process.env, ...env, PORT: port } },
    stdio: ["ignore", "ignore", "inherit"],
  });
  endedAtLast(child);
  const origin = `http://127.0.0.1:${port}`;
  const answers = async () => child.exitCode !== null || (await fetch(origin).then(isRead, () => false));
  await until("the program answers", answers);
  if (child.exitCode !== null) throw new Error(`${command(port).join(" ")} ended.`);
  return { origin, process: child };
}

const isRead = async (answer: Response) => (await answer.arrayBuffer()).byteLength >= 0;
