import { createHash } from "node:crypto";

/** An authenticator in software, for tests without a browser: real keys and real CBOR, and wrong answers on demand. */

/** What an answer shall have that a right one has not. */
export interface Slip {
  origin?: string;
  rpId?: string;
  challenge?: string;
  type?: string;
  counter?: number;
  isVerified?: boolean;
  isBackedUp?: boolean;
  credentialId?: string;
  userHandle?: string;
  /** The format of the attestation. */
  format?: string;
  aaguid?: string;
  /** The certificates in the statement, in base64url; a number in their place where there are none. */
  certificates?: string[];
  /** Changes the last byte of the signature. */
  isForged?: boolean;
  /** Cuts so many bytes off the attestation object. */
  cut?: number;
}

/** A passkey in it. */
export interface Held {
  credentialId: string;
  keys: CryptoKeyPair;
  handle: string;
  counter: number;
}

/** The parts of the options that it looks at. */
export interface Options {
  challenge: string;
  rp?: { id: string };
  rpId?: string;
  user?: { id: string };
}

const b64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64url");
const sha256 = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest();
const algorithm = { name: "ECDSA", namedCurve: "P-256" } as const;

/** Makes a passkey, as `navigator.credentials.create` does; gives it with the answer as JSON. */
export async function create(
  options: Options,
  origin: string,
  slip: Slip = {},
): Promise<{ held: Held; answer: string }> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const id = Buffer.from(crypto.getRandomValues(new Uint8Array(32)));
  const credentialId = slip.credentialId ?? b64(id);
  const aaguid = Buffer.from((slip.aaguid ?? "0".repeat(32)).replaceAll("-", ""), "hex");
  const idBytes = Buffer.from(credentialId, "base64url");
  const length = Buffer.from([idBytes.length >> 8, idBytes.length & 255]);
  const attested = Buffer.concat([aaguid, length, idBytes, await coseOf(keys.publicKey)]);
  const rpId = slip.rpId ?? options.rp?.id ?? "";
  const data = authenticatorData(rpId, { ...slip, counter: slip.counter ?? 0 }, attested);
  const clientDataJSON = clientData("webauthn.create", options, { origin, ...slip });
  const object = cbor(
    new Map<string, Cbor>([
      ["fmt", slip.format ?? "none"],
      ["attStmt", slip.format === undefined ? new Map() : await statementOf(keys, data, { clientDataJSON, ...slip })],
      ["authData", data],
    ]),
  );
  const answer = {
    ...{ id: credentialId, rawId: credentialId, type: "public-key", clientExtensionResults: {} },
    response: {
      clientDataJSON,
      attestationObject: b64(object.subarray(0, object.length - (slip.cut ?? 0))),
      transports: ["internal"],
    },
  };
  const held = { credentialId, keys, handle: options.user?.id ?? "", counter: slip.counter ?? 0 };
  return { held, answer: JSON.stringify(answer) };
}

/** Proves to have a passkey, as `navigator.credentials.get` does; the counter goes on by itself. */
export async function get(options: Options, origin: string, held: Held, slip: Slip = {}): Promise<string> {
  const counter = slip.counter ?? (held.counter === 0 ? 0 : ++held.counter);
  const data = authenticatorData(slip.rpId ?? options.rpId ?? "", { ...slip, counter });
  const clientDataJSON = clientData("webauthn.get", options, { origin, ...slip });
  const signature = await signatureOf(held.keys, data, clientDataJSON);
  if (slip.isForged) forge(signature);
  const id = slip.credentialId ?? held.credentialId;
  return JSON.stringify({
    ...{ id, rawId: id, type: "public-key", clientExtensionResults: {} },
    response: {
      ...{ clientDataJSON, authenticatorData: b64(data), signature: b64(signature) },
      userHandle: slip.userHandle ?? held.handle,
    },
  });
}

async function signatureOf({ privateKey }: CryptoKeyPair, data: Buffer, clientDataJSON: string): Promise<Buffer> {
  const signed = Buffer.concat([data, sha256(Buffer.from(clientDataJSON, "base64url"))]);
  return derOf(Buffer.from(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, privateKey, signed)));
}

/** A statement of the format "packed" that is right, and made with the new key itself. */
async function statementOf(keys: CryptoKeyPair, data: Buffer, said: Slip & { clientDataJSON: string }) {
  const sig = await signatureOf(keys, data, said.clientDataJSON);
  if (said.isForged) forge(sig);
  const statement = new Map<string, Cbor>([
    ["alg", -7],
    ["sig", sig],
  ]);
  const { certificates } = said;
  if (certificates === undefined) return statement;
  return statement.set("x5c", certificates.length > 0 ? certificates.map((one) => Buffer.from(one, "base64url")) : 0);
}

function forge(signature: Buffer) {
  signature[signature.length - 1] = (signature.at(-1) ?? 0) ^ 1;
}

const clientData = (type: string, options: Options, slip: Slip & { origin: string }) =>
  b64(
    Buffer.from(
      JSON.stringify({
        type: slip.type ?? type,
        challenge: slip.challenge ?? options.challenge,
        origin: slip.origin,
        crossOrigin: false,
      }),
    ),
  );

function authenticatorData(
  rpId: string,
  { isVerified = true, isBackedUp = false, counter = 0 }: Slip,
  attested?: Buffer,
) {
  const flags = 1 | (isVerified ? 4 : 0) | (isBackedUp ? 8 | 16 : 0) | (attested ? 64 : 0);
  const count = Buffer.alloc(4);
  count.writeUInt32BE(counter);
  return Buffer.concat([sha256(rpId), Buffer.from([flags]), count, attested ?? Buffer.alloc(0)]);
}

/** A public key in COSE's format. */
async function coseOf(key: CryptoKey): Promise<Buffer> {
  const { x = "", y = "" } = await crypto.subtle.exportKey("jwk", key);
  const of = (text: string) => Buffer.from(text, "base64url");
  return cbor(
    new Map<number, Cbor>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, of(x)],
      [-3, of(y)],
    ]),
  );
}

type Cbor = number | string | Buffer | Cbor[] | Map<number | string, Cbor>;

/** The CBOR (RFC 8949) of what authenticators send: numbers, texts, bytes, lists and maps. */
function cbor(value: Cbor): Buffer {
  if (typeof value === "number") return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === "string") return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(cbor)]);
  return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, inner]) => [cbor(key), cbor(inner)])]);
}

function head(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value]);
  if (value < 256) return Buffer.from([(major << 5) | 24, value]);
  return Buffer.from([(major << 5) | 25, value >> 8, value & 255]);
}

/** A signature as authenticators write it: two numbers in DER. */
function derOf(raw: Buffer): Buffer {
  const number = (bytes: Buffer) => {
    const start = bytes.findIndex((byte) => byte !== 0);
    const plain = bytes.subarray(start === -1 ? bytes.length - 1 : start);
    const positive = (plain[0] ?? 0) > 127 ? Buffer.concat([Buffer.from([0]), plain]) : plain;
    return Buffer.concat([Buffer.from([2, positive.length]), positive]);
  };
  const both = Buffer.concat([number(raw.subarray(0, 32)), number(raw.subarray(32))]);
  return Buffer.concat([Buffer.from([48, both.length]), both]);
}
