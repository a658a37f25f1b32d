import { afterAll, expect, test } from "bun:test";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createTransport } from "nodemailer";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { whyNotSent } from "../../src/mail/reply";
import { smtpTransport } from "../../src/mail/smtp";
import { makeCertificates } from "../support/certificates";
import { newPerson, startGatehouse } from "../support/harness";
import { freePort, newFolder } from "../support/program";
import { until } from "../support/until";

/** Why a mail server took nothing, in a word for the log, from real connections. */

const folder = newFolder();
const certificates = makeCertificates(folder);
const servers: SMTPServer[] = [];
afterAll(async () => {
  await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.close(resolve))));
  rmSync(folder, { recursive: true });
});

async function listen(options: SMTPServerOptions): Promise<number> {
  const server = new SMTPServer({ disableReverseLookup: true, ...options });
  server.on("error", () => undefined);
  servers.push(server);
  const port = freePort();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return port;
}

async function withCertificate(name: string) {
  await certificates;
  const [key, cert] = ["server.key", `${name}.pem`].map((file) => readFileSync(join(folder, file)));
  return listen({ secure: true, key, cert });
}

async function reasonAt(address: string): Promise<string | undefined> {
  const from = { name: "Gatehouse", address: "login@example.com" };
  const transport = smtpTransport(address, { from, host: "login.example.com", connections: 1 });
  const mail = { messageId: "<1@example.com>", to: "ada@example.org", subject: "s", text: "t", html: "h" };
  const error = await transport.send(mail).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  transport.close();
  expect(error).toBeDefined();
  return whyNotSent(error);
}

const refuseLogin: SMTPServerOptions["onAuth"] = (_, __, done) =>
  done(Object.assign(new Error("No"), { responseCode: 535 }));

test("a mail that was not taken has its reason in a word: login, TLS, certificate, nobody there", async () => {
  const login = await listen({ disabledCommands: ["STARTTLS"], authOptional: true, onAuth: refuseLogin });
  const plain = await listen({ disabledCommands: ["STARTTLS"] });
  const reasons = {
    login: await reasonAt(`smtp://ada:wrong@localhost:${login}`),
    nobody: await reasonAt(`smtp://localhost:${freePort()}`),
    plain: await reasonAt(`smtps://localhost:${plain}`),
    unknown: await reasonAt(`smtps://localhost:${await withCertificate("right")}`),
    host: await reasonAt("smtp://nobody.invalid:25"),
  };
  expect(reasons).toEqual({
    login: "login",
    nobody: "nobody_listens",
    plain: "tls",
    unknown: "certificate_unknown",
    host: "host_unknown",
  });
});

test("a certificate that is over, or for another host, is told from one that nobody vouches for", async () => {
  const { authority } = await certificates;
  const reasonOf = async (name: string) => {
    const port = await withCertificate(name);
    const tls = { ca: readFileSync(authority), servername: "localhost" };
    const error = await createTransport({ host: "localhost", port, secure: true, tls })
      .verify()
      .catch((thrown: unknown) => thrown);
    return whyNotSent(error);
  };
  expect([await reasonOf("expired"), await reasonOf("other-name")]).toEqual([
    "certificate_expired",
    "certificate_name",
  ]);
});

test("the log has the reason beside the mail that is tried again", async () => {
  const gatehouse = await startGatehouse({ SMTP_URL: `smtp://localhost:${freePort()}` });
  await gatehouse.visitor().signUp(newPerson());
  const failed = () => gatehouse.log.map((line) => JSON.parse(line)).find(({ event }) => event === "mail.failed");
  await until("a mail failed", () => failed() !== undefined);
  expect(failed()).toMatchObject({ kind: "verify", reason: "nobody_listens" });
  await gatehouse.close();
});
