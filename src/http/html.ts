import { statusOf, type ProblemCode } from "./problem";
import type { Visit } from "./visit";

/** The only makers of page answers. */

type View = JSX.Element;

interface Answer {
  status?: number;
  retryAfterSeconds?: number;
  cookies?: readonly string[];
}

/** A whole page. */
export const page = async (view: View, answer: Answer = {}) => htmlResponse(`<!doctype html>${await view}`, answer);

/** A part of a page, for htmx to put in place of the one it has. */
export const fragment = async (view: View, answer: Answer = {}) => htmlResponse(await view, answer);

/** What is wrong with a form, by field; `form` for what concerns all of it. */
export interface FormProblems {
  problems?: Partial<Record<string, ProblemCode>>;
  retryAfterSeconds?: number;
}

/**
 * A form with what is wrong with it: the form alone when htmx asks, the whole page around it otherwise. Same HTML, and
 * the status of its first problem.
 */
export function formAnswer<Props extends { state: FormProblems }>(
  visit: Asked,
  views: Record<"form" | "page", (props: Props) => View>,
  props: Props,
) {
  const { problems = {}, retryAfterSeconds } = props.state;
  const [first] = Object.values(problems);
  const answer = { status: first && statusOf(first), retryAfterSeconds };
  return wantsFragment(visit) ? fragment(views.form(props), answer) : page(views.page(props), answer);
}

type Asked = Pick<Visit, "request">;

/**
 * "Done; go on there." htmx follows a 303 by itself and would nest the next page inside the form, so it is told to
 * navigate instead. `location` must have been checked: it may lead to another site.
 */
export function seeOther(visit: Asked, location: string, cookies: readonly string[] = []): Response {
  const headers = new Headers({ "cache-control": "no-store", vary: "HX-Request" });
  for (const cookie of cookies) headers.append("set-cookie", cookie);
  const followsItself = wantsFragment(visit);
  headers.set(followsItself ? "hx-redirect" : "location", location);
  return new Response(null, { status: followsItself ? 204 : 303, headers });
}

/** True for htmx's request for a part of a page. Anyone can claim it, so it decides presentation and nothing else. */
export const wantsFragment = ({ request: { headers } }: Asked) =>
  headers.get("hx-request") === "true" && headers.get("hx-request-type") !== "full";

function htmlResponse(html: string, { status = 200, retryAfterSeconds, cookies = [] }: Answer): Response {
  const headers = new Headers({
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    vary: "HX-Request, Cookie, Accept-Language",
  });
  for (const cookie of cookies) headers.append("set-cookie", cookie);
  if (retryAfterSeconds) headers.set("retry-after", String(retryAfterSeconds));
  return new Response(html, { status, headers });
}

/** JSON as a file to keep, which no cache keeps besides. The name has letters, digits, `-`, `_` and `.` alone. */
export const jsonFile = (name: string, content: ReadableStream<Uint8Array>): Response =>
  new Response(content, {
    headers: {
      "content-type": "application/json; charset=utf-8",
      "content-disposition": `attachment; filename="${name}"`,
      "cache-control": "no-store",
    },
  });

/** The answer, with cookies to set. */
export function withCookies(answer: Response, cookies: readonly string[]): Response {
  for (const cookie of cookies) answer.headers.append("set-cookie", cookie);
  return answer;
}

/**
 * A whole page, as the answer to a form too: htmx would put it inside the form it asked for, and is told to replace the
 * content of the page with it.
 */
export function inPlaceOfPage(visit: Asked, answer: Response): Response {
  if (!wantsFragment(visit)) return answer;
  answer.headers.set("hx-retarget", "#content");
  answer.headers.set("hx-reselect", "#content");
  answer.headers.set("hx-reswap", "outerHTML");
  return answer;
}

/**
 * A mail as a mail program would show it: with its own styles, which no page of ours may have. Nothing is fetched and
 * nothing runs, so that a style has nobody to tell; `/dev/mail` frames it.
 */
export function previewOfMail(html: string): Response {
  const sandbox = "sandbox allow-popups allow-popups-to-escape-sandbox"; // its links open, as those of a real mail
  const policy = `default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'self'; ${sandbox}`;
  return new Response(html, {
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy": policy,
      "x-frame-options": "SAMEORIGIN",
    },
  });
}
