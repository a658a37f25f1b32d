import { draftCookie, readSealedCookie, setCookie, setSealedCookie } from "../../http/cookies";
import type { Form } from "../../http/form";
import type { Visit } from "../../http/visit";
import type { PageServices } from "../services";

type DraftServices = Pick<PageServices, "config" | "keys">;

const sealOf = ({ config, keys }: DraftServices) => ({ keys: keys.draft, secure: config.secure });
const pathOf = ({ request }: Visit) => new URL(request.url).pathname;

/**
 * The `Set-Cookie` lines that keep what was typed into a form whose session had ended, or that is wanted in another
 * language; none when it has nothing worth keeping. Only a name or an email address is kept, never a password.
 */
export function keepDraft(visit: Visit, services: DraftServices, form: Form): string[] {
  const name = ["name", "email"].find((field) => form.get(field) !== "");
  if (name === undefined || form.get(name).length > longestDraft) return [];
  const draft = Buffer.from(`${pathOf(visit)} ${form.get(name)}`).toString("base64url");
  return [setSealedCookie(draftCookie, draft, sealOf(services))];
}

const longestDraft = 300; // characters: more than a name or an address may have

/** What was kept of the form on this page, and the `Set-Cookie` lines that make the browser forget it. */
export function takeDraft(visit: Visit, services: DraftServices): { typed?: string; cookies: string[] } {
  const kept = readSealedCookie(draftCookie, visit.cookies, sealOf(services));
  const [path, ...typed] = Buffer.from(kept ?? "", "base64url")
    .toString()
    .split(" ");
  if (path !== pathOf(visit)) return { cookies: [] };
  return { typed: typed.join(" "), cookies: [setCookie(draftCookie, "", services.config)] };
}
