import type { Visit } from "../../http/visit";
import { done, type Result } from "../../result";
import { isGood, knownBrowser, type Occasion } from "./challenges";
import type { Parts } from "./parts";
import { readAttestation, verifyAttestation, type Made } from "./verify";

/** The new passkey that a browser sent, verified; its challenge is still to be used up. */
export async function receiveNew(
  visit: Visit,
  { services, tools, relyingParty }: Pick<Parts, "services" | "tools" | "relyingParty">,
  { value, ...about }: { value: string } & Omit<Occasion, "browser">,
): Promise<Result<Made & { challenge: string }>> {
  if (value === "taken") return tools.refuse("passkey_taken"); // said by the browser
  const given = readAttestation(value);
  if (!given) return tools.refuse("passkey_wrong");
  const { challenge } = given;
  const occasion = { ...about, browser: knownBrowser(visit, services.config) };
  if (!isGood(tools.keys("challenge"), occasion, challenge)) return tools.refuse("passkey_expired");
  const made = await verifyAttestation(given, relyingParty);
  return made ? done({ ...made, challenge }) : tools.refuse("passkey_wrong");
}
