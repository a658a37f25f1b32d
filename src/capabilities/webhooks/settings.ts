import { isLoopback } from "../../../db/loopback";
import type { Config } from "../../settings/config";
import { isHost } from "../../settings/ip";
import { oneOf, optional, reject, withDefault, type ValuesOf } from "../../settings/setting";
import type { Reach } from "./addresses";

const wantedAddress = "must be an https address such as https://api.example.com/webhooks";

function address(text: string) {
  const url = URL.parse(text);
  if (!url || url.username || url.password || url.hash || !isHost(url.hostname)) return reject(wantedAddress);
  const isTaken = url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));
  return isTaken ? text : reject(wantedAddress);
}

const wantedSecrets =
  "must be `whsec_` and 24 to 64 random bytes in base64, or two such with a comma between, the newer one first. " +
  'Make one with `echo "whsec_$(openssl rand -base64 32)"`';

function secretsIn(text: string): readonly string[] {
  const secrets = text.split(",").map((entry) => entry.trim());
  if (secrets.length <= 2 && new Set(secrets).size === secrets.length && secrets.every(isSecret)) return secrets;
  return reject(wantedSecrets);
}

function isSecret(text: string): boolean {
  const [, base64 = ""] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  const bytes = Buffer.from(base64, "base64");
  return bytes.length >= 24 && bytes.length <= 64 && bytes.toString("base64") === base64;
}

/** The settings, as an operator writes them. */
export const settings = {
  GATEHOUSE_WEBHOOK_URL: optional(
    address,
    "Where your own program hears what happens to accounts, as signed POST requests: docs/webhooks.md. " +
      "https, or http on this machine in local mode. Without it nothing is sent, and nothing kept to be sent.",
  ),
  GATEHOUSE_WEBHOOK_SECRET: optional(
    secretsIn,
    "Signs the webhooks: `whsec_` and random bytes in base64. While it is replaced two, with a comma between, the " +
      "newer one first: both sign.",
  ),
  GATEHOUSE_WEBHOOK_ALLOW_PRIVATE: withDefault(
    "off",
    oneOf(["on", "off"], "must be `on` or `off`"),
    "Whether webhooks may go to private addresses and this machine. Never to a link's own, such as 169.254.169.254.",
  ),
};

/** The same, once they are read. */
const readIn = (own: Config["own"]) => own as ValuesOf<typeof settings>;

/** To whom webhooks are sent. */
export interface Endpoint {
  url: URL;
  /** Each signs. */
  secrets: readonly string[];
  reach: Reach;
}

/** The endpoint that the settings name; undefined where they name none. */
export function endpointOf({ own, mode }: Pick<Config, "own" | "mode">): Endpoint | undefined {
  const { GATEHOUSE_WEBHOOK_URL, GATEHOUSE_WEBHOOK_SECRET, ...read } = readIn(own);
  if (GATEHOUSE_WEBHOOK_URL === undefined || GATEHOUSE_WEBHOOK_SECRET === undefined) return undefined;
  const url = new URL(GATEHOUSE_WEBHOOK_URL);
  const isHere = mode === "local" && isLoopback(url.hostname);
  const reach = read.GATEHOUSE_WEBHOOK_ALLOW_PRIVATE === "on" ? "own networks" : isHere ? "this machine" : "internet";
  return { url, secrets: GATEHOUSE_WEBHOOK_SECRET, reach };
}

/** What contradicts in them. */
export function contradictionIn({ own, mode }: Pick<Config, "own" | "mode">): string | undefined {
  const { GATEHOUSE_WEBHOOK_URL: url, GATEHOUSE_WEBHOOK_SECRET: secrets } = readIn(own);
  if (url !== undefined && secrets === undefined)
    return `GATEHOUSE_WEBHOOK_SECRET: required by GATEHOUSE_WEBHOOK_URL. It ${wantedSecrets}.`;
  if (url === undefined && secrets !== undefined)
    return "GATEHOUSE_WEBHOOK_SECRET: signs nothing yet. Set GATEHOUSE_WEBHOOK_URL too, or leave it out.";
  return mode === "production" && url?.startsWith("http:")
    ? `GATEHOUSE_WEBHOOK_URL: ${wantedAddress} in production.`
    : undefined;
}
