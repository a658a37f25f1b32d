import { afterAll, describe, expect, test } from "bun:test";
import { createServer, type Server, type Socket } from "node:net";
import { dirname, join } from "node:path";
import { TLSSocket } from "node:tls";
import { SMTPServer } from "smtp-server";
import { openPostgres } from "../../db/postgres";
import { smtpTransport } from "../../src/mail/smtp";

/**
 * Whom the program talks to outside of this machine: encrypted, with a certificate that was checked, or not at all.
 * `0.0.0.0` leads to this machine too, and is no name that the program takes for it.
 */
const elsewhere = "0.0.0.0";
const toClose: (() => unknown)[] = [];
afterAll(() => Promise.all(toClose.map((close) => close())));

/** The certificate that smtp-server brings along: for localhost, by nobody. */
const { default: certificateOf } = await import(
  join(dirname(Bun.resolveSync("smtp-server", import.meta.dir)), "tls-options.js")
);
const { key, cert }: Record<"key" | "cert", string> = certificateOf();
const selfSigned = { key, cert };

const mail = {
  messageId: "<1@example.org>",
  to: "ada@example.org",
  subject: "a subject",
  text: "a text",
  html: "<p>a text</p>",
};

/** A mail server without TLS, or with a certificate that nobody vouches for; says what it was told. */
async function startMailServer(options: ConstructorParameters<typeof SMTPServer>[0]) {
  const told: string[] = [];
  const server = new SMTPServer({
    ...{ authOptional: true, logger: false, ...selfSigned, ...options },
    onAuth: ({ username = "" }, _, next) => (told.push(`user ${username}`), next(null, { user: username })),
    onMailFrom: ({ address }, _, next) => (told.push(`from ${address}`), next()),
    onData: (stream, _, next) => void stream.resume().on("end", () => (told.push("a mail"), next())),
  });
  server.on("error", () => undefined); // a client that turns away
  const { port } = await listening(server.server, () => server.listen(0, "127.0.0.1"));
  toClose.push(() => server.close());
  return { port, told };
}

async function listening(server: Server, listen: () => unknown): Promise<{ port: number }> {
  const ready = new Promise((resolve) => server.once("listening", resolve));
  listen();
  await ready;
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server listens on no port.");
  return address;
}

const send = async (url: string) => {
  const transport = smtpTransport(url, {
    from: { name: "", address: "login@example.com" },
    host: "login.example.com",
    connections: 1,
  });
  const outcome = await transport.send(mail).then(
    () => "sent",
    (error: Error) => `${error.message} ${String(error.cause)}`,
  );
  transport.close();
  return outcome;
};

describe("a mail server elsewhere", () => {
  test("without encryption is told nothing: no name, no password, no mail", async () => {
    const { port, told } = await startMailServer({ hideSTARTTLS: true, disabledCommands: ["STARTTLS"] });
    expect(await send(`smtp://127.0.0.1:${port}`)).toBe("sent"); // on this very machine it may be so
    expect(told.splice(0)).toEqual(["from login@example.com", "a mail"]);
    expect(await send(`smtp://user:secret@${elsewhere}:${port}`)).not.toBe("sent");
    expect(told).toEqual([]);
  });

  test("with a certificate that nobody vouches for is told nothing either", async () => {
    const { port, told } = await startMailServer({});
    expect(await send(`smtp://user:secret@${elsewhere}:${port}`)).toMatch(/certificate|self[- ]signed/i);
    const whole = await startMailServer({ secure: true });
    expect(await send(`smtps://user:secret@${elsewhere}:${whole.port}`)).toMatch(/certificate|self[- ]signed/i);
    expect([...told, ...whole.told]).toEqual([]);
  });
});

/** Answers Postgres' question for TLS with yes or no, and keeps all that a client then says. */
async function startPostgresDoor(tls: boolean) {
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.once("data", () => {
      socket.write(tls ? "S" : "N");
      if (!tls) return void socket.on("data", (bytes) => heard.push(bytes.toString("latin1")));
      const inner = new TLSSocket(socket, { isServer: true, ...selfSigned });
      inner.on("error", () => undefined);
      inner.on("data", (bytes) => heard.push(bytes.toString("latin1")));
    });
  });
  const { port } = await listening(server, () => server.listen(0, "127.0.0.1"));
  toClose.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port, heard };
}

describe("a database elsewhere", () => {
  for (const [what, tls, reason] of [
    ["without TLS", false, /speaks no TLS/],
    ["with a certificate that nobody vouches for", true, /certificate|self[- ]signed/i],
  ] as const)
    test(`${what} is told nothing: no name, no password`, async () => {
      const { port, heard } = await startPostgresDoor(tls);
      const url = `postgres://gatehouse:secret@${elsewhere}:${port}/gatehouse`;
      const database = openPostgres({ driver: "postgres", url, directUrl: url, dataDirectory: "" }, () => undefined);
      const refusal = await database.migrate().then(
        () => "connected",
        (error: Error) => `${error.message} ${String(error.cause)}`,
      );
      await database.close();
      expect(refusal).toMatch(reason);
      expect(heard).toEqual([]);
    });
});
