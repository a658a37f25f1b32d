import { join } from "node:path";
import { Trouble } from "./child";

export const root = join(import.meta.dir, "../..");
export const folder = join(root, "data/demo");

/** The demo's own database. Not `DATA_DIR`, which may be set for the Gatehouse that is used in earnest. */
export const database = process.env.DEMO_DATA_DIR || join(folder, "login");

/** Where the three programs answer. */
export interface Places {
  login: string;
  docs: string;
  api: string;
}

const usual = { LOGIN_PORT: 3000, DOCS_PORT: 3001, API_PORT: 8000 };

/** The three addresses, after a look whether their ports are free. Throws Trouble that names what to set. */
export function findPlaces(environment: Record<string, string | undefined>): Places {
  const ports = Object.entries(usual).map(([name, port]) => ({
    name,
    port: portIn(name, environment[name] ?? String(port)),
  }));
  for (const { name, port } of ports) {
    const other = ports.find((one) => one.port === port && one.name !== name);
    if (other)
      throw new Trouble(
        `${name} and ${other.name} are both ${port}. Take another for one of them: ` +
          `${other.name}=${port + 100} bun run demo`,
      );
    insistFree(name, port);
  }
  const [login, docs, api] = ports.map(({ port }) => port);
  return { login: `http://localhost:${login}`, docs: `http://localhost:${docs}`, api: `http://localhost:${api}` };
}

function portIn(name: string, text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new Trouble(`${name}: "${text}" is no port. Use a number such as 4000.`);
  return port;
}

function insistFree(name: string, port: number) {
  try {
    void Bun.serve({ port, hostname: "localhost", fetch: () => new Response() }).stop(true);
  } catch {
    throw new Trouble(`Port ${port} is in use. Stop what uses it, or take another: ${name}=${port + 100} bun run demo`);
  }
}

export const portOf = (address: string) => Number(new URL(address).port);
