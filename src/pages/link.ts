import { DeadLinkPage, LinkPage, type LinkProps } from "../../views/link";
import type { Words } from "../../views/words";
import { peek, type Granted, type Purpose } from "../account/tokens";
import { inPlaceOfPage, page, seeOther } from "../http/html";
import { statusOf } from "../http/problem";
import type { Visit } from "../http/visit";
import type { Result } from "../result";
import { onForm, rawBody, routesOf, type PageServices } from "./services";

/** Where to go on to, with the `Set-Cookie` lines for there. */
interface Next {
  next: string;
  cookies?: string[];
}

/** A link in a mail: the page that it opens, and what that page's button does. */
export interface Link {
  path: string;
  purpose: Purpose;
  words(words: Words, email: string, visit: Visit): LinkProps["words"];
  /** Where its reader has to go first: whoever is signed in to another account than the link's own. */
  first?(granted: Granted, token: string): string | undefined;
  /** Does it; tells where to go on to, or that the link is dead. */
  act(visit: Visit, token: string): Promise<Result<Next>>;
}

/** The routes of a link's page. */
export const linkPage = (name: string, services: PageServices, link: Link) =>
  routesOf(name)
    .get(link.path, ({ visit }) => showLink(visit, services, link))
    .post(
      link.path,
      onForm(services, (visit, form) => actOnLink(visit, services, { link, token: form.get("token") })),
      rawBody,
    );

/** The token in a page's URL; a link has one, at most. */
export const tokenIn = ({ request }: Visit): string => new URL(request.url).searchParams.get("token") ?? "";

/** The page of a link. Opening it, as mail scanners do, changes nothing: only its button acts, by POST. */
export async function showLink(visit: Visit, services: PageServices, link: Link): Promise<Response> {
  const token = tokenIn(visit);
  const granted = await peek(services.database.orm, link.purpose, token);
  if (!granted) return deadLink(visit, services, link.purpose);
  const first = link.first?.(granted, token);
  if (first !== undefined) return seeOther(visit, first);
  const words = link.words(visit.words, granted.email, visit);
  return page(LinkPage({ frame: services.frame(visit), action: link.path, token, words }));
}

/** What the button of a link's page does. */
export async function actOnLink(
  visit: Visit,
  services: PageServices,
  { link, token }: { link: Link; token: string },
): Promise<Response> {
  const acted = await link.act(visit, token);
  if (acted.ok) return seeOther(visit, acted.value.next, acted.value.cookies);
  const granted = link.first && (await peek(services.database.orm, link.purpose, token));
  const first = granted && link.first?.(granted, token);
  return first === undefined ? deadLink(visit, services, link.purpose) : seeOther(visit, first);
}

/** Used, too old, replaced or never made: one page for all of them, so that it tells nothing. */
export async function deadLink(
  visit: Visit,
  { frame }: PageServices,
  purpose: Purpose | "invitation",
): Promise<Response> {
  const { again } = visit.words.deadLink;
  const next = {
    reset: { href: "/forgot-password", label: again.reset },
    verify: { href: "/verify-email", label: again.verify },
    invitation: { href: "/sign-in", label: visit.words.common.signIn },
    other: { href: "/account", label: again.other },
  };
  const answer = await page(
    DeadLinkPage({
      frame: frame(visit),
      next: next[purpose === "reset" || purpose === "verify" || purpose === "invitation" ? purpose : "other"],
    }),
    { status: statusOf("link_dead") },
  );
  return inPlaceOfPage(visit, answer);
}
