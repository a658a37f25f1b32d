import type { Words } from "../../views/words";
import { givenId, traceIn, type RequestFacts } from "../process/log";
import type { SessionCheck } from "../session/check";
import type { SignedIn } from "../session/signed-in";
import type { Config } from "../settings/config";
import { addressInLog } from "./client-key";
import { clientIp, countryOf, forwardedUrl, isOfThisMachine } from "./client-ip";
import { timeZoneIn } from "./time-zone";
import { languageOf, type Language, type WordsOf } from "./language";

/** Who sent a request, as far as that can be known: by IP and by what the browser says of itself. */
export interface Client {
  /** As the edge found it out; empty when there is none, as where an operator acts. */
  ip: string;
  /** At most 512 characters of the header. */
  userAgent: string;
  /** The country of the IP, as a proxy of the operator's tells it: two letters of ISO 3166. */
  country?: string;
  /** The language of the pages and mails that the request causes. */
  language: Language;
}

/** The client of an act that no request is the cause of, or whose sender is not to be shown: no IP and no browser. */
export const blankClient = (language: Language): Client => ({ ip: "", userAgent: "", language });

/** All that is known of a request, found out once by the edge. What a client claims of itself is not in it. */
export interface Visit extends Client {
  request: Request;
  /** What the lines of the log about it begin with. */
  facts: RequestFacts;
  words: Words;
  /** The `Cookie` header. */
  cookies: string | null;
  /** The URL that a visitor asked one of our proxies for, as that proxy says. */
  forwardedUrl?: string;
  /** In local mode: the request was made on this very machine, and no proxy handed it on. */
  isAtThisMachine: boolean;
  /**
   * The query by which the page of a form that was posted is there again, as for another language. Undefined where the
   * page is reached by a mail's link alone.
   */
  queryOfForm?: URLSearchParams;
  /** The time zone that the browser told when somebody signed in, such as `Europe/Berlin`. */
  timeZone?: string;
  /** Who is signed in, by the database, asked once. Throws when that cannot be known. */
  signedIn(): Promise<SignedIn | null>;
  /** The user who is signed in, once that was asked. */
  owner?: SignedIn["user"];
  /**
   * The `Set-Cookie` lines of the session that this visit made, extended, replaced or ended. The answer carries them
   * whatever it says, also that something failed afterwards: else the visitor would be signed out.
   */
  sessionCookies: readonly string[];
}

const longestUserAgent = 512; // characters
const visits = new WeakMap<Request, Visit>();

interface VisitParts {
  check: SessionCheck;
  wordsOf: WordsOf;
}

/** Makes the visit of a request that came from the IP `peer`; `visitOf` finds it again. */
export function createVisits(config: Config, { check, wordsOf }: VisitParts) {
  const { mode, trustedProxies, countryHeader, secure } = config;
  return (request: Request, peer: string): Visit => {
    const { headers } = request;
    const country = countryOf(peer, countryHeader ? headers.get(countryHeader) : null, trustedProxies);
    const language = languageOf(headers, config);
    const cookies = headers.get("cookie");
    const ip = clientIp(peer, headers.get("x-forwarded-for"), trustedProxies);
    let found: Promise<SignedIn | null> | undefined;
    const ask = async () => {
      const signedIn = await check(cookies);
      visit.owner = signedIn?.user;
      return signedIn;
    };
    const visit: Visit = {
      request,
      facts: factsOf(headers, { ip, config }),
      ip,
      userAgent: (headers.get("user-agent") ?? "").slice(0, longestUserAgent),
      country,
      language,
      words: wordsOf(language),
      cookies,
      forwardedUrl: forwardedUrl(peer, headers, trustedProxies),
      timeZone: timeZoneIn(cookies, { secure }),
      isAtThisMachine: mode === "local" && isOfThisMachine(peer, headers),
      signedIn: () => (found ??= ask()),
      sessionCookies: [],
    };
    visits.set(request, visit);
    return visit;
  };
}

/** What the log says of a request that came from an IP: under the id that it came with, or under one of its own. */
export const factsOf = (
  headers: Headers,
  { ip, config }: { ip: string; config: Pick<Config, "addressInLog"> },
): RequestFacts => ({
  request: givenId(headers) ?? crypto.randomUUID(),
  client: addressInLog(ip, config.addressInLog),
  trace: traceIn(headers),
});

/** The visit that the edge made of a request. */
export function visitOf(request: Request): Visit {
  const visit = visits.get(request);
  if (!visit) throw new Error("The request did not come through the edge.");
  return visit;
}
