import * as z from "zod";

/**
 * What the session API answers, as schemas: the types of what is sent are theirs, so an answer gets no field that is
 * not described here. They are looked at by the description alone, and never while somebody waits for an answer.
 */

const id = z.string().min(1);

/** 200: who is signed in. */
export const sessionAnswer = z.object({
  user: z
    .object({
      id: id.describe("Never changes and is never given twice: keep your rows by it."),
      email: id.describe("It can change, and proves nothing while `emailVerified` is false."),
      emailVerified: z.boolean().describe("Whether the address was confirmed."),
      name: z.string(),
      image: z.string().nullable().describe("The address of a picture."),
      roles: z
        .array(z.string())
        .min(1)
        .readonly()
        .optional()
        .describe("What they may do for others, such as `admin`; left out for whoever has no role."),
    })
    .describe("The person who is signed in."),
  session: z
    .object({
      id,
      createdAt: z.iso.datetime().describe("The last proof of who it is: a sign-in, or the password once more. UTC."),
      expiresAt: z.iso.datetime().describe("When the session ends at the latest. UTC."),
      fresh: z.boolean().describe("Whether the last proof is recent enough for what matters: 15 minutes by default."),
      factors: z.int().min(1).max(2).describe("How many factors were proved: 2 with a second one."),
      methods: z.array(z.string()).readonly().describe("How each was proved, such as `password` and `totp`."),
    })
    .describe("One sign-in. It has no token."),
});

/** The body of 200. */
export type SessionAnswer = z.infer<typeof sessionAnswer>;

/** 200: what changed, for backends that answer from memory. */
export const changesAnswer = z.object({
  cursor: z.string().describe("Where you are now: send it as `after` with the next question."),
  ids: z
    .array(id)
    .readonly()
    .optional()
    .describe("Sessions and users that changed since `after`: forget what you keep of them. Left out with `reset`."),
  reset: z.literal(true).optional().describe("What changed cannot be told: forget everything that you keep."),
  now: z.iso.datetime().describe("What time it is here, by which `expiresAt` and `createdAt` are judged. UTC."),
  longestSeconds: z.int().describe("So long after its `createdAt` a session ends, whatever its `expiresAt` says."),
  freshSeconds: z.int().describe("So long after its `createdAt` a session is `fresh`."),
});

/** The body of 200. */
export type ChangesAnswer = z.infer<typeof changesAnswer>;

/** The body of everything else that has one. */
export const problemAnswer = z.object({
  error: z.object({
    code: z.string().describe("Decide by the status or by this."),
    message: z.string().describe("For people; the words may change."),
  }),
});

/** The body of a refusal. */
export type ProblemAnswer = z.infer<typeof problemAnswer>;
