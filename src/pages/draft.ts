import { draftCookie, readSealedCookie, setCookie, setSealedCookie } from "../http/cookies";
import type { Form } from "../http/form";
import type { Visit } from "../http/visit";
import type { PageServices } from "./services";

/** The fields whose text is kept: nothing secret is typed into them. `app.js` names the same, and brings them along. */
const keptFields = ["name", "email", "reason", "words", "until"] as const;

type DraftServices = Pick<PageServices, "config" | "keys">;

const sealOf = ({ config, keys }: DraftServices) => ({ keys: keys.draft, secure: config.secure });

/**
 * The `Set-Cookie` lines that keep what was typed into a form, for the page that will show it again: its session had
 * ended, or it is wanted in another language; none when there is nothing to keep, or too much for a cookie.
 */
export function keepDraft(services: DraftServices, form: Form, path: string): string[] {
  const typed = keptFields.map((field) => form.get(field));
  const draft = Buffer.from([path, ...typed, form.get("account")].join("\0")).toString("base64url");
  if (typed.every((text) => text === "") || draft.length > longestDraft) return [];
  return [setSealedCookie(draftCookie, draft, sealOf(services))];
}

const longestDraft = 2700; // characters: its seal is beside it in the cookie

/**
 * What was kept of the form on this page, by field, and the `Set-Cookie` lines that make the browser forget it. What
 * was typed into a form of an account is shown to nobody else who signs in here.
 */
export function takeDraft(visit: Visit, services: DraftServices): { typed: Typed; cookies: string[] } {
  const kept = readSealedCookie(draftCookie, visit.cookies, sealOf(services));
  const [path, ...texts] = Buffer.from(kept ?? "", "base64url")
    .toString()
    .split("\0");
  if (path !== new URL(visit.request.url).pathname) return { typed: {}, cookies: [] };
  const forget = [setCookie(draftCookie, "", services.config)];
  const account = texts[keptFields.length];
  if (account && account !== visit.owner?.email) return { typed: {}, cookies: forget };
  const typed = Object.fromEntries(keptFields.map((field, place) => [field, texts[place] || undefined]));
  return { typed, cookies: forget };
}

type Typed = Partial<Record<(typeof keptFields)[number], string>>;
