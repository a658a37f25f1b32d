import "reflect-metadata"; // which x509 needs
import {
  BasicConstraintsExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { days, inMilliseconds } from "../../src/time";
import { giveAway } from "./postgres/ordinary-user";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const newKeys = () => crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);

/** An authority of a test's own, and certificates by it for a server whose key is `server.key`, in a folder. */
export async function makeCertificates(folder: string) {
  const [authority, server] = await Promise.all([newKeys(), newKeys()]);
  const write = (file: string, text: string) => {
    writeFileSync(join(folder, file), text, { mode: 0o600 }); // else Postgres does not take the key
    giveAway(join(folder, file));
  };
  const valid = (lasting: number) => ({
    notBefore: new Date(Date.now() - inMilliseconds(3 * days)),
    notAfter: new Date(Date.now() + inMilliseconds(lasting)),
  });
  const root = await X509CertificateGenerator.createSelfSigned({
    ...valid(2 * days),
    name: "CN=an authority",
    keys: authority,
    signingAlgorithm: algorithm,
    extensions: [new BasicConstraintsExtension(true, undefined, true)],
  });
  writeFileSync(join(folder, "authority.pem"), root.toString("pem"));
  const make = async (name: string, host: string, lasting: number) => {
    const certificate = await X509CertificateGenerator.create({
      ...valid(lasting),
      subject: "CN=a server",
      issuer: root.subject,
      publicKey: server.publicKey,
      signingKey: authority.privateKey,
      signingAlgorithm: algorithm,
      extensions: [new SubjectAlternativeNameExtension([{ type: "dns", value: host }])],
    });
    write(`${name}.pem`, certificate.toString("pem"));
  };
  await make("right", "localhost", 2 * days);
  await make("expired", "localhost", -1 * days);
  await make("other-name", "other.example", 2 * days);
  write("server.key", PemConverter.encode(await crypto.subtle.exportKey("pkcs8", server.privateKey), "PRIVATE KEY"));
  return { authority: join(folder, "authority.pem") };
}
