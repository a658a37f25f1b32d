import * as z from "zod";
import { accountFields, email, longestName } from "../guard/fields";

/**
 * As Postgres takes them, in a zone that there may be, and as everybody reads them again: from 1970, because Postgres
 * writes an older one with the seconds that a zone had then; to 9999 in UTC, also once Postgres has rounded it up to a
 * microsecond.
 */
const instant = z.iso
  .datetime({ offset: true })
  .refine((text) => !/[+-](1[6-9]|2\d):\d\d$/.test(text) && isReadable(Date.parse(text)));

const isReadable = (at: number) => at >= 0 && new Date(at + 1).getUTCFullYear() <= 9999;

/**
 * A person as a line of our own format has them, which every other format is brought into. It is what
 * docs/import.schema.json describes.
 */
export const person = z
  .strictObject({
    id: z
      .string()
      .regex(/^[\x21-\x7e]{1,255}$/)
      .optional()
      .describe("Kept as it is. A new one is made for whoever has none."),
    email: email.describe("Kept in lower case."),
    emailVerified: z.boolean().optional().describe("Whether the person has proved that the address is theirs."),
    name: z.string().optional().describe("The part of the address before the @ for whoever has none."),
    image: z.string().optional().describe("An address with https; another one is left out."),
    createdAt: instant.optional().describe("Now, where it is left out."),
    passwordHash: z.string().optional().describe("In the text form of the program that made it."),
    totpSecret: z
      .string()
      .transform((text) => text.toUpperCase().replace(/[\s=-]/g, ""))
      .pipe(z.string().regex(/^[A-Z2-7]{16,256}$/))
      .optional()
      .describe("Of an authenticator app of the usual kind, in base32."),
    suspended: z
      .union([z.boolean(), z.strictObject({ reason: z.string().max(1000).optional(), until: instant.optional() })])
      .optional()
      .describe("That the person is kept out, with the words that they are told, and until when."),
  })
  .transform(({ name, image, suspended, ...rest }) => ({
    ...rest,
    name: nameFrom(name, rest.email),
    image: accountFields.shape.image.safeParse(image).data ?? undefined,
    suspension: suspensionFrom(suspended),
  }));

/** A person as they are written. */
export type Person = z.output<typeof person>;

/** What a format makes of an entry, before it is checked. */
export type Draft = Readonly<Partial<Record<keyof z.input<typeof person>, unknown>>>;

/** A name that may be shown: nobody is left behind for theirs, who has none is called by their address. */
function nameFrom(text: string | undefined, address: string): string {
  const cut = [...printable(text ?? "").trim()].slice(0, longestName).join("");
  return accountFields.shape.name.safeParse(cut).data ?? address.slice(0, address.indexOf("@"));
}

/** Without what cannot be shown, or kept; the joiner of an emoji's parts stays. */
const printable = (text: string) => text.replace(/(?!\u200D)[\p{C}\p{Zl}\p{Zp}]/gu, " ");

/** Undefined where nobody is kept out, also because the time of it is over. */
function suspensionFrom(given: boolean | { reason?: string; until?: string } | undefined) {
  if (!given) return undefined;
  const { reason = "", until }: { reason?: string; until?: string } = given === true ? {} : given;
  if (until !== undefined && Date.parse(until) <= Date.now()) return undefined;
  return { reason: printable(reason), until };
}

/** What is wrong with a draft, in words and without what stands in it. */
export function problemOf({ issues }: z.ZodError): string {
  const told = issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") return issue.keys.map((key) => `there is no field ${nameOf(key)}`);
    return wrong[String(issue.path[0])] ?? "is not about a person";
  });
  return [...new Set(told)].join("; ");
}

/** Names are told as far as they are names. */
const nameOf = (key: string) => (/^\w{1,40}$/.test(key) ? key : "of such a name");

const wrong: Readonly<Record<string, string>> = {
  id: "the id is missing, or is not 1 to 255 characters of ASCII without spaces",
  email: "there is no email address that could be used here",
  emailVerified: "whether the address is confirmed is neither true nor false",
  name: "the name is no text",
  image: "the image is no text",
  createdAt: "when the account was made is no time",
  passwordHash: "the password's hash is no text",
  totpSecret: "the secret of the authenticator app is not in base32",
  suspended: "whether the person is kept out cannot be read",
};
