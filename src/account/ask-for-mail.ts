import { clientLimits } from "../guard/throttle";
import type { Visit } from "../http/visit";
import { done, type Result } from "../result";
import { act, byEmail } from "./act";
import { deviceOf } from "./devices";
import type { Services } from "./services";

/** A mail that anybody may ask for; what one to confirm says depends on the browser that asks. */
interface MailAsked {
  kind: "reset" | "verify";
  email: string;
}

/**
 * Orders another mail to an address, or the first with a link for a new password. Whose the address is, and whether it
 * is anybody's, is looked up when the mail is sent: asking takes the same time and gets the same answer.
 */
export async function askForMail(services: Services, visit: Visit, { kind, email }: MailAsked): Promise<Result> {
  const counted = await services.throttle.take([...clientLimits(visit), { kind: "mail", key: email }]);
  if (!counted.ok) return counted;
  const facts: Record<string, string> = kind === "verify" ? { device: deviceOf(visit, services).hash } : {};
  return act(services, { visit, subject: byEmail(email) }, async ({ record, order }) => {
    if (kind === "reset") await record("password_reset_asked");
    await order({ kind, recipient: email, facts });
    return done();
  });
}
