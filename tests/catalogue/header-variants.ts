import type { Got } from "../support/harness";
import type { Sent } from "./request";
import { withHeaders, type Attempt } from "./row";

/** A host that is not ours; what repeats it was led astray. */
export const evil = "evil.example";
export const mentionsEvil = ({ text, location }: Got) =>
  text.includes("evil") || location?.includes("evil") ? "repeats what it was told" : undefined;

/** The same request once for each set of headers; what is said of one attempt holds for each. */
export const withEachHeaders = (
  sent: Sent,
  variants: Record<string, Sent["headers"]>,
  attempt: Pick<Attempt, "right" | "wrong">,
): Attempt[] =>
  Object.entries(variants).map(([what, headers]) => ({ what, sent: withHeaders(sent, headers), ...attempt }));

/** Sets of headers, called by what they say. */
export const saying = (...all: Sent["headers"][]): Record<string, Sent["headers"]> =>
  Object.fromEntries(all.map((headers) => [JSON.stringify(headers), headers]));
