import * as z from "zod";
import { accountFields, email } from "../guard/fields";

/**
 * A person as a line of our own format has them, which every other format is brought into. It is what
 * docs/import.schema.json describes.
 */
export const person = z
  .strictObject({
    /** Kept, and sent in headers to whoever is behind a proxy. */
    id: z
      .string()
      .regex(/^[\x21-\x7e]{1,255}$/)
      .optional(),
    email,
    emailVerified: z.boolean().optional(),
    name: z.string().optional(),
    /** An address with https; another one is left out. */
    image: z.string().optional(),
    createdAt: z.iso.datetime({ offset: true }).optional(),
    /** In the text form of the program that made it. */
    passwordHash: z.string().optional(),
    /** Of an authenticator app: in base32, SHA-1, six digits, 30 seconds. */
    totpSecret: z
      .string()
      .transform((text) => text.toUpperCase().replace(/[\s=-]/g, ""))
      .pipe(z.string().regex(/^[A-Z2-7]{16,256}$/))
      .optional(),
    suspended: z
      .union([
        z.boolean(),
        z.strictObject({ reason: z.string().max(1000).optional(), until: z.iso.datetime({ offset: true }).optional() }),
      ])
      .optional(),
  })
  .transform(({ name, image, suspended, ...rest }) => ({
    ...rest,
    name: nameFrom(name, rest.email),
    image: accountFields.shape.image.safeParse(image).data ?? undefined,
    suspension: suspended === true ? {} : suspended || undefined,
  }));

/** A person as they are written. */
export type Person = z.output<typeof person>;

/** What a format makes of an entry, before it is checked. */
export type Draft = Readonly<Partial<Record<keyof z.input<typeof person>, unknown>>>;

const longestName = 100; // code points

/** A name that may be shown: nobody is left behind for theirs, who has none is called by their address. */
function nameFrom(text: string | undefined, address: string): string {
  const printable = (text ?? "").replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (sign) => (sign === "\u200D" ? sign : " "));
  const cut = [...printable.trim()].slice(0, longestName).join("");
  return accountFields.shape.name.safeParse(cut).data ?? address.slice(0, address.indexOf("@"));
}

/** What is wrong with a draft, in words and without what stands in it. */
export function problemOf({ issues }: z.ZodError): string {
  const told = issues.map(({ code, path, ...issue }) => {
    const field = String(path[0] ?? "");
    if (code === "unrecognized_keys" && "keys" in issue)
      return `there is no field ${issue.keys.map((key) => JSON.stringify(key)).join(", ")}`;
    return wrong[field] ?? "is not about a person";
  });
  return [...new Set(told)].join("; ");
}

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
