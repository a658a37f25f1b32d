import { chmodSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { removeDraft } from "../../db/draft";
import { homeIn } from "../../db/embedded-folders";
import { codeOf } from "../../db/error-code";
import { NoAnswerNow, RefusedForNow } from "../../db/refusal";
import type { Database } from "../../db/types";
import { doneOf, type Act, type Acts, type Done, type Given } from "./acts";
import type { Log } from "./log";

/**
 * The control socket: by it an operator's verbs reach the program that has the embedded database open, which nobody
 * else can open meanwhile. It speaks HTTP, and stands in a folder that only the program's own user may enter.
 */

/** Where it is in a data folder. */
export const controlSocketIn = (dataDirectory: string): string => join(homeIn(dataDirectory), "control.sock");

/** Asks the program for a copy of its database's files, whose folder is in the answer's facts; no verb to be typed. */
export const copyVerb = "copy";

interface Question {
  verb: string;
  values: string[];
}

/** What is asked and answered. Loaded with the first question, with their library of schemas. */
async function shapes() {
  const z = await import("zod");
  const done = z.object({ said: z.string(), facts: z.record(z.string(), z.unknown()) });
  return {
    question: z.object({ verb: z.string(), values: z.array(z.string()) }),
    answer: z.union([done, z.object({ problem: z.string() })]),
  };
}

interface Served {
  given: Given;
  dataDirectory: string;
  /** Loads what an operator can do. */
  acts(): Promise<Acts>;
  log: Log;
}

/** An open control socket. */
export interface ControlSocket {
  /** Lets what is being done end, and answers nobody any more. */
  stop(): Promise<void>;
}

/**
 * Answers operators where the database is embedded; another one needs no program between. Where the socket cannot be
 * made it says so in the log, and answers nobody.
 */
export function answerOperators({ given, dataDirectory, acts, log }: Served): ControlSocket | undefined {
  if (!given.database.copyTo) return undefined;
  const path = controlSocketIn(dataDirectory);
  removeCopies(dataDirectory);
  try {
    rmSync(path, { force: true }); // of a program that was killed: this one holds the folder's lock
    const server = Bun.serve({
      unix: path,
      fetch(request, running) {
        running.timeout(request, 0); // a copy of much data takes its time
        const copy: Act = ({ database }) => copyOf(database, dataDirectory, request.signal);
        return answer(request, { given, acts: async () => ({ ...(await acts()), [copyVerb]: copy }), log });
      },
    });
    chmodSync(path, 0o600);
    return { stop: () => server.stop().finally(() => rmSync(path, { force: true })) };
  } catch (error) {
    log("warn", "operator.no_socket", { error });
    return undefined;
  }
}

async function answer(request: Request, { given, acts, log }: Omit<Served, "dataDirectory">): Promise<Response> {
  const { question } = await shapes();
  const asked = question.safeParse(await request.json().catch(() => undefined));
  const unknown = problem(404, "The program that runs is of another version, without this verb.");
  if (!asked.success) return unknown;
  const { verb, values } = asked.data;
  try {
    const all = await acts();
    const act = Object.hasOwn(all, verb) ? all[verb] : undefined;
    if (!act) return unknown;
    const done = doneOf(await act(given, ...values));
    log("info", "operator.acted", { verb });
    return Response.json(done);
  } catch (error) {
    if (error instanceof RefusedForNow) return problem(409, error.message);
    log("error", "operator.failed", { verb, error });
    return problem(500, "The program that runs could not do it: see its log.");
  }
}

const problem = (status: number, words: string) => Response.json({ problem: words }, { status });

const copyName = /^copy-[0-9a-f-]{36}$/;

/** Removes the copy again where whoever asked for it has gone meanwhile. */
async function copyOf(database: Database, dataDirectory: string, asked: AbortSignal): Promise<Done> {
  const folder = join(homeIn(dataDirectory), `copy-${crypto.randomUUID()}`);
  try {
    await database.copyTo?.(folder);
    asked.throwIfAborted();
    return { said: folder, facts: { folder } };
  } catch {
    removeDraft(folder);
    throw new RefusedForNow("DATA_DIR: the database could not be copied. Is there room for it twice?");
  }
}

/** Copies that nobody came for. */
function removeCopies(dataDirectory: string) {
  const home = homeIn(dataDirectory);
  for (const name of readdirSync(home).filter((one) => copyName.test(one)))
    rmSync(join(home, name), { recursive: true, force: true });
}

/**
 * Has the program that runs do what the verb says; undefined where none listens. Throws RefusedForNow with what the
 * program says against it, or where this user may not ask it.
 */
export async function askProgram(path: string, question: Question): Promise<Done | undefined> {
  const response = await fetch("http://localhost/", {
    unix: path,
    method: "POST",
    body: JSON.stringify(question),
  }).catch((error: unknown) => {
    const code = codeOf(error) ?? "";
    if (nobodysCodes.has(code)) return undefined;
    throw forbiddenCodes.has(code) ? new RefusedForNow(forOthers) : new NoAnswerNow(brokenOff);
  });
  if (!response) return undefined;
  const { answer: shape } = await shapes();
  const { data: said } = shape.safeParse(await response.json().catch(() => undefined));
  if (!said) throw new NoAnswerNow(brokenOff);
  if ("problem" in said) throw new RefusedForNow(said.problem);
  return said;
}

/** What the system says where no program listens, and where this user may not ask the one that does. */
const nobodysCodes: ReadonlySet<string> = new Set([
  ...["FailedToOpenSocket", "ENOENT", "ECONNREFUSED"],
  ...["ENOTDIR", "ENAMETOOLONG"], // no folder either, which is told where it is looked for
]);
const forbiddenCodes: ReadonlySet<string> = new Set(["EACCES", "EPERM"]);

const forOthers =
  "DATA_DIR: this user may not reach the program in it. Type the verb as the user who runs the program, or as root.";
const brokenOff = "The program that runs ended before it had answered. See whether it was done before you ask again.";
