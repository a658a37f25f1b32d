import { DeadLinkPage, LinkPage, type LinkProps } from "../../views/link";
import type { Words } from "../../views/words";
import { peek, type Purpose } from "../account/tokens";
import { clientOf, type Client } from "../http/client";
import { readForm, type Form } from "../http/form";
import { replacePage, page, seeOther, wantsFragment } from "../http/html";
import { statusOf, type Problem } from "../http/problem";
import type { PageNeeds } from "./needs";

/** A link in a mail: the page that it opens, and what that page's button does. */
export interface Link {
  path: string;
  purpose: Purpose;
  words(words: Words, address: string): LinkProps["words"];
  /** Does it; gives the path to go on to, or that the link is dead. */
  act(token: string, client: Client, headers: Headers): Promise<string | Problem>;
}

/** The token in a page's address; a link has one, at most. */
export const tokenIn = (request: Request): string => new URL(request.url).searchParams.get("token") ?? "";

/** The page of a link. Opening it, as mail scanners do, changes nothing: only its button acts, by POST. */
export async function showLink(request: Request, { frame, account }: PageNeeds, link: Link): Promise<Response> {
  const token = tokenIn(request);
  const granted = await peek(account.database.orm, link.purpose, token);
  if (!granted) return deadLink(request, frame(request), link.purpose);
  const ownFrame = frame(request);
  return page(
    LinkPage({ frame: ownFrame, action: link.path, token, words: link.words(ownFrame.words, granted.email) }),
  );
}

/** What the button of a link's page does. */
export async function actOnLink(
  request: Request,
  { config, frame, answerProblem }: PageNeeds,
  link: Link,
  given?: Form,
): Promise<Response> {
  const form = given ?? (await readForm(request, config.origin));
  if ("problem" in form) return answerProblem(request, form);
  const done = await link.act(form.get("token"), clientOf(request.headers), request.headers);
  return typeof done === "string" ? seeOther(request, done) : deadLink(request, frame(request), link.purpose);
}

/** Used, too old, replaced or never made: one page for all of them, so that it tells nothing. */
export async function deadLink(request: Request, frame: LinkProps["frame"], purpose: Purpose): Promise<Response> {
  const { again } = frame.words.deadLink;
  const next = {
    reset: { href: "/forgot-password", label: again.reset },
    verify: { href: "/verify-email", label: again.verify },
    other: { href: "/account", label: again.other },
  };
  const answer = await page(
    DeadLinkPage({ frame, next: next[purpose === "reset" || purpose === "verify" ? purpose : "other"] }),
    { status: statusOf.link_dead },
  );
  return wantsFragment(request) ? replacePage(answer) : answer;
}
