import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { giveAway } from "./postgres/ordinary-user";

/** An authority of a test's own, and certificates by it, made by openssl in a folder. */
export async function makeCertificates(folder: string) {
  const run = async (...words: string[]) => {
    const child = Bun.spawn(["openssl", ...words], { cwd: folder, stdin: "ignore", stdout: "ignore", stderr: "pipe" });
    if ((await child.exited) !== 0) throw new Error(`openssl ${words[0]}: ${await new Response(child.stderr).text()}`);
  };
  const newKey = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes".split(" ");
  const authority = "-keyout authority.key -out authority.pem -days 2".split(" ");
  await run("req", "-x509", ...newKey, ...authority, "-subj", "/CN=an authority");
  await run("req", ...newKey, ..."-keyout server.key -out server.csr".split(" "), "-subj", "/CN=a server");
  const signing = "-req -in server.csr -CA authority.pem -CAkey authority.key -CAcreateserial".split(" ");
  const make = async (name: string, host: string, days: number) => {
    writeFileSync(join(folder, `${name}.ext`), `subjectAltName=DNS:${host}\n`);
    const files = ["-extfile", `${name}.ext`, "-out", `${name}.pem`];
    await run("x509", ...signing, "-days", String(days), ...files);
  };
  await make("right", "localhost", 2);
  await make("expired", "localhost", -1);
  await make("other-name", "other.example", 2);
  for (const file of ["server.key", "right.pem", "expired.pem", "other-name.pem"]) {
    chmodSync(join(folder, file), 0o600); // else Postgres does not take the key
    giveAway(join(folder, file));
  }
  return { authority: join(folder, "authority.pem") };
}
