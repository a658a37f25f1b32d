/** Prefix of the tokens of sessions made without "Keep me signed in". Better Auth's own are letters and digits. */
const mark = "brief-";

/** Marks a token as that of a session that is never extended; no cookie or header, also of a thief, can change that. */
export const briefToken = (token: string): string => `${mark}${token}`;

/** Whether a token has that mark. */
export const isBriefToken = (token: string): boolean => token.startsWith(mark);

interface Lengths {
  idleSeconds: number;
  briefSeconds: number;
}

/**
 * Whether a session is never to be extended. One that was made before tokens told, or by another Better Auth app, is
 * known by its length: one to be kept is never shorter than the idle time it began with.
 */
export function isBrief(
  { token, createdAt, expiresAt }: { token: string; createdAt: Date; expiresAt: Date },
  { idleSeconds, briefSeconds }: Lengths,
): boolean {
  const longest = Math.max(briefSeconds, libraryBriefSeconds);
  const lengthSeconds = (expiresAt.getTime() - createdAt.getTime()) / 1000;
  return isBriefToken(token) || (longest < idleSeconds && lengthSeconds < longest + spareSeconds);
}

const libraryBriefSeconds = 24 * 60 * 60; // Better Auth's own
const spareSeconds = 60; // the two instants are not taken at once
