import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeCertificates } from "../support/certificates";
import { newPerson } from "../support/harness";
import { manage } from "../support/manage";
import { freePort, startProgram } from "../support/program";
import { signUpPatiently } from "../support/traffic";
import { until } from "../support/until";
import { startReceiver, webhookSecret } from "../support/webhook-receiver";

/** Webhooks of the real program, to a receiver that speaks https. */

let folder: string;
let authority: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gatehouse-webhooks-"));
  ({ authority } = await makeCertificates(folder));
  writeFileSync(join(folder, "secret"), `${webhookSecret("a")}\n`);
});
afterAll(() => rmSync(folder, { recursive: true }));

const port = freePort();
const receive = (certificate: string) => {
  const read = (file: string) => readFileSync(join(folder, file), "utf8");
  return startReceiver({ port, tls: { cert: read(`${certificate}.pem`), key: read("server.key") } });
};

/** Nobody answers there: whatever went by it would not arrive. */
const proxy = "http://127.0.0.1:9";
const proxies = { HTTPS_PROXY: proxy, https_proxy: proxy, HTTP_PROXY: proxy, http_proxy: proxy, ALL_PROXY: proxy };

test("a webhook outlives a kill and a stop of the program, and goes to the named host alone", async () => {
  const settings = {
    ...proxies,
    NODE_EXTRA_CA_CERTS: authority,
    GATEHOUSE_WEBHOOK_URL: `https://localhost:${port}/hooks`,
    GATEHOUSE_WEBHOOK_SECRET_FILE: join(folder, "secret"),
  };
  const first = await startProgram(settings);
  const { dataDirectory } = first;
  const operate = (what: string) => manage({ DATA_DIR: dataDirectory, ...settings }, "webhooks", what, "--json");
  expect((await signUpPatiently(first, newPerson())).last.status).toBe(303); // nobody takes it yet
  await first.stop("SIGKILL");

  const second = await startProgram(settings, dataDirectory);
  const stranger = receive("other-name");
  const refused = await operate("test");
  expect(JSON.parse(refused.out)).toMatchObject({ ok: false, problems: [expect.stringContaining("certificate")] });
  expect([stranger.heard.length, stranger.forged]).toEqual([0, 0]);
  await stranger.stop();

  const receiver = receive("right");
  expect((await operate("retry")).code).toBe(0);
  await until("it is heard", () => receiver.heard.length === 1);
  expect([receiver.heard[0]?.type, receiver.forged]).toEqual(["user.created", 0]);

  receiver.answer(() => new Promise(() => undefined));
  expect((await signUpPatiently(second, newPerson())).last.status).toBe(303);
  await until("another is under way", () => receiver.heard.length === 2);
  expect(await second.stop("SIGTERM")).toBe(0);
  const { waiting } = JSON.parse((await operate("list")).out);
  expect(waiting).toMatchObject([{ id: receiver.heard[1]?.id, type: "user.created", reason: "took too long" }]);
  await receiver.stop();
  await second.remove();
});
