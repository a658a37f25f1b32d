/** A coding of an answer's body. */
type Coding = "br" | "gzip";

/**
 * Whether an `Accept-Encoding` header (RFC 9110, section 12.5.3) names a coding, and not with the weight 0, by which it
 * is refused. `*` is passed over: an answer as it is suits everybody.
 */
export const takesCoding = (accepted: string | null, coding: Coding): boolean =>
  (accepted ?? "").split(",").some((entry) => {
    const [name = "", weight = ""] = entry.split(";").map((part) => part.trim().toLowerCase());
    return name === coding && !/^q=0(\.0*)?$/.test(weight);
  });
