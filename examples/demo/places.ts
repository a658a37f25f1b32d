import { join } from "node:path";
import { Trouble } from "./child";

export const root = join(import.meta.dir, "../..");
export const folder = join(root, "data/demo");
export const database = process.env.DATA_DIR ?? join(folder, "login");

/** Where the three programs answer. */
export interface Places {
  login: string;
  docs: string;
  api: string;
}

const usual = { LOGIN_PORT: 3000, DOCS_PORT: 3001, API_PORT: 8000 };

/** The three addresses, after a look whether their ports are free. Throws Trouble that names what to set. */
export function findPlaces(environment: Record<string, string | undefined>): Places {
  const [login, docs, api] = Object.entries(usual).map(([name, port]) => freePort(name, environment[name] ?? String(port)));
  return { login: `http://localhost:${login}`, docs: `http://localhost:${docs}`, api: `http://localhost:${api}` };
}

function freePort(name: string, text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Trouble(`${name}: "${text}" is no port. Use a number such as 4000.`);
  try {
    void Bun.serve({ port, hostname: "localhost", fetch: () => new Response() }).stop(true);
    return port;
  } catch {
    throw new Trouble(`Port ${port} is in use. Stop what uses it, or take another: ${name}=${port + 100} bun run demo`);
  }
}

export const portOf = (address: string) => Number(new URL(address).port);
