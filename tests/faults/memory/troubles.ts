import { expect } from "bun:test";
import { askBackend, type MemoryBackend } from "../../support/memory-backends";
import type { Truth } from "../../support/model";
import type { ModelReplicas } from "../../support/model-replicas";

/** What goes wrong between the database, Gatehouse and backends with a memory. */

/** What the model lends to its steps. */
export interface Model extends ModelReplicas {
  backends: MemoryBackend[];
  random(): number;
  pick<Item>(list: readonly Item[]): Item;
  /** Somebody who is signed in, whom most backends have in memory. */
  target(): Promise<Truth>;
  /** Deletes somebody's session by hand. */
  end(truth: Truth): Promise<void>;
  /** Asks every backend about somebody until it says the truth; throws when it said something else for too long. */
  askAll(truth: Truth): Promise<void>;
  /** From now on, for so many steps, something is different; when it is `wrong`, memory may be two seconds old. */
  forSteps(steps: number, wrong?: "wrong"): void;
}

/** A step, and how often it is taken. */
export type Steps = Record<string, readonly [weight: number, step: (backend: MemoryBackend, model: Model) => unknown]>;

/** The token of a session, as its row has it. */
export const tokenOf = ({ cookies }: Truth) =>
  decodeURIComponent(cookies.get("better-auth.session_token") ?? "").split(".")[0];

const cutListeners = `select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and query ~ 'gatehouse_echo|pg_notify' and pid <> pg_backend_pid()`;

/** Has the poll that is under way answered: of a backend that stands still, the answer waits in the socket. */
const haveToldOf = ({ hand }: Model, truth: Truth) =>
  hand.query("update session set updated_at = now() where token = $1", [tokenOf(truth)]);

/** Of what Gatehouse hears, and of its processes. */
const ofGatehouse: Steps = {
  "cut the listeners": [
    4,
    async (_, { forSteps, hand }) => {
      forSteps(0, "wrong");
      await hand.query(cutListeners);
    },
  ],
  "drop the packets to a listener": [
    5,
    (_, { forSteps, pick, wires }) => {
      forSteps(10, "wrong");
      pick(wires).listening.stall();
    },
  ],
  "a replica is killed, and another takes its place": [
    2,
    async (_, { backends, forSteps, pick, replace, replicas }) => {
      forSteps(0, "wrong");
      const replaced = replace(pick([...replicas.keys()]));
      for (const { wire } of backends) wire.cut();
      await replaced;
    },
  ],
};

/** Of the way between. */
const ofTheWay: Steps = {
  "answers to polls arrive late": [
    5,
    ({ way }, { forSteps, random }) => {
      forSteps(10, "wrong");
      way.lateMilliseconds = 200 + random() * 1800;
    },
  ],
  "answers to questions arrive late": [
    6,
    ({ way }, { forSteps, random }) => {
      forSteps(10);
      way.lateAnswersMilliseconds = random() * 700;
    },
  ],
  "an answer arrives after a change that was told meanwhile": [
    4,
    async (backend, model) => {
      const truth = await model.target();
      await haveToldOf(model, truth); // and so it is not in memory
      await Bun.sleep(2100); // what is asked now is kept
      model.forSteps(0);
      backend.way.lateAnswersMilliseconds = 600;
      const meanwhile = askBackend(backend, truth);
      await Bun.sleep(20 + model.random() * 100);
      await model.end(truth);
      await meanwhile;
      await model.askAll(truth);
    },
  ],
  "polls fail": [
    4,
    ({ way }, { forSteps }) => {
      forSteps(5, "wrong");
      way.failing = true;
    },
  ],
  "answers to polls are held back": [
    3,
    ({ way }, { forSteps }) => {
      forSteps(8, "wrong");
      way.holding = true;
    },
  ],
  "polls go to the other replica": [4, ({ way }) => void (way.turned = !way.turned)],
  "each poll goes to another replica": [
    2,
    ({ way }, { forSteps }) => {
      forSteps(10);
      way.alternating = true;
    },
  ],
  "every connection of a backend is cut": [4, ({ wire }) => wire.cut()],
  "nothing arrives for a while, and something ends meanwhile": [
    4,
    async ({ wire }, model) => {
      model.forSteps(0, "wrong");
      const truth = await model.target();
      wire.stall();
      setTimeout(() => wire.flow(), model.random() * 3000);
      await model.end(truth);
      await model.askAll(truth);
    },
  ],
};

/** Of a backend itself. */
const ofABackend: Steps = {
  "a backend stands still for a while, and something ends meanwhile": [
    6,
    async ({ process }, model) => {
      model.forSteps(0, "wrong");
      const [told, truth] = [await model.target(), await model.target()];
      process.kill("SIGSTOP");
      await haveToldOf(model, told); // which knows nothing of what follows
      await Bun.sleep(100);
      await model.end(truth);
      await Bun.sleep(model.random() * 3000);
      process.kill("SIGCONT");
      await model.askAll(truth);
    },
  ],
  "a backend's machine sleeps, and one of its clocks with it": [
    4,
    async ({ origin, process }, model) => {
      model.forSteps(0, "wrong");
      const [told, truth] = [await model.target(), await model.target()];
      const seconds = 0.2 + model.random() * 4;
      const slept = fetch(`${origin}/clocks?steady=${-seconds}&stop=true`);
      await Bun.sleep(100); // it does
      await haveToldOf(model, told);
      await Bun.sleep(100);
      await model.end(truth);
      await Bun.sleep(seconds * 1000 - 200);
      process.kill("SIGCONT");
      expect((await slept).status).toBe(200);
      await model.askAll(truth);
    },
  ],
  "a backend's clock is set": [
    6,
    async ({ origin }, { random }) => {
      const seconds = (random() - 0.5) * 2 * 3600;
      expect((await fetch(`${origin}/clocks?wall=${seconds}`)).status).toBe(200);
    },
  ],
};

/** All of it. */
export const troubles: Steps = { ...ofGatehouse, ...ofTheWay, ...ofABackend };
