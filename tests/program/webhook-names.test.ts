import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { askProgram, controlSocketIn } from "../../src/process/control-socket";
import { makeCertificates } from "../support/certificates";
import { command, startFolder } from "../support/command";
import { lacksOwnNetwork, name, startOwnNetwork, unreachable, type OwnNetwork } from "../support/own-network/network";
import { until } from "../support/until";
import { webhookSecret } from "../support/webhook-receiver";

/**
 * Where a receiver's name leads is decided by DNS. The real program, in a network in which every IP address is this
 * machine's: whatever it connects to is seen.
 */

const folder = mkdtempSync(join(tmpdir(), "gatehouse-webhook-names-"));
const lack = lacksOwnNetwork(folder);
if (lack && process.env.CI === "true") throw new Error(`With CI=true no test may be skipped, and this ${lack}`);
if (lack) console.warn(`!! SKIPPED: webhooks by name ${lack}`);

let network: OwnNetwork;
let authority: string;
beforeAll(async () => {
  if (lack) return;
  ({ authority } = await makeCertificates(folder));
  network = await startOwnNetwork(folder);
});
afterAll(async () => {
  if (!lack) await network.stop();
  rmSync(folder, { recursive: true });
});

/** The program, started in that network, and what it says when an operator has it send one. */
function startInside(allowPrivate: "on" | "off") {
  const settings = {
    ...{ DATA_DIR: join(folder, `private ${allowPrivate}`), GATEHOUSE_WEBHOOK_ALLOW_PRIVATE: allowPrivate },
    ...{ GATEHOUSE_WEBHOOK_URL: `https://${name}/hooks`, GATEHOUSE_WEBHOOK_SECRET: webhookSecret("a") },
  };
  const env = { PATH: process.env.PATH ?? "", ...settings, NODE_EXTRA_CA_CERTS: authority };
  const child = Bun.spawn([...network.inside, ...command], { cwd: startFolder, env, stdout: "ignore" });
  const socket = controlSocketIn(settings.DATA_DIR);
  return {
    ready: () => until("an operator is heard", () => existsSync(socket), { every: 20 }),
    send: () =>
      askProgram(socket, { verb: "webhooks", values: ["test"] }).then(
        (done) => done?.said,
        (error: Error) => error.message,
      ),
    async stop() {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}

type Inside = ReturnType<typeof startInside>;
const taken = "The receiver has taken it.";
const nobody = { reached: [], heard: 0 };

describe.skipIf(lack !== undefined)("a webhook", () => {
  let program: Inside;
  beforeAll(async () => {
    program = startInside("off");
    await program.ready();
  });
  afterAll(() => program.stop());

  test.each([
    "169.254.169.254",
    "127.0.0.1",
    "10.1.2.3",
    "::1",
    "fd12:3456::1",
    "::ffff:169.254.169.254",
    "::ffff:127.0.0.1",
  ])("does not go to a name that leads to %s, and nobody is connected to", async (address) => {
    for (const lookup of [[address], ["8.8.8.8", address]]) {
      await network.leads(lookup);
      expect(await program.send()).toContain("private address");
      expect(await network.told()).toMatchObject({ ...nobody, lookups: 1 });
    }
  });

  test.each([
    ["8.8.8.8", "169.254.169.254"],
    ["2606:4700::1111", "::1"],
  ])("goes to the address that was checked, %s, though DNS says another one right after", async (first, then) => {
    await network.leads([first], [then]);
    expect(await program.send()).toContain(taken);
    expect(await network.told()).toEqual({ reached: [first], lookups: 1, heard: 1 });
    expect(await program.send()).toContain("private address"); // each try is a look-up and a check of its own
    expect(await network.told()).toEqual({ reached: [first], lookups: 2, heard: 1 });
  });
});

describe.skipIf(lack !== undefined)("a webhook that may go to private addresses", () => {
  let program: Inside;
  beforeAll(async () => {
    program = startInside("on");
    await program.ready();
  });
  afterAll(() => program.stop());

  test.each(["10.1.2.3", "127.0.0.1", "fd12:3456::1"])("goes to a name that leads to %s", async (address) => {
    await network.leads([address]);
    expect(await program.send()).toContain(taken);
    expect(await network.told()).toEqual({ reached: [address], lookups: 1, heard: 1 });
  });

  test.each(["8.8.8.8", "2606:4700::1111"])(
    "goes to %s in the same try where no way leads to the first",
    async (next) => {
      await network.leads([unreachable, next]);
      expect(await program.send()).toContain(taken);
      expect(await network.told()).toEqual({ reached: [next], lookups: 1, heard: 1 });
      await network.leads([unreachable]);
      expect(await program.send()).toContain("no connection");
    },
  );

  test.each(["169.254.169.254", "::ffff:169.254.169.254"])(
    "does not go to a name that leads to %s, and nobody is connected to",
    async (address) => {
      await network.leads([address]);
      expect(await program.send()).toContain("private address");
      expect(await network.told()).toMatchObject(nobody);
    },
  );
});
