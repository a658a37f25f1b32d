import { flag, idIn, snakeCased, text, time } from "../row";
import { ofDatabase, type Format } from "./format";

/**
 * Better Auth's `user` with `password` of its `account`, whichever adapter named the columns; Neon Auth keeps the same.
 * A second factor of its plugin is encrypted by the app's secret, and stays behind.
 */
export const betterAuth: Format = {
  files: ofDatabase,
  columns: ["id", "email", "password"],
  draftOf(given) {
    const row = snakeCased(given);
    const reason = text(row.ban_reason);
    const until = time(row.ban_expires);
    const totpSecret = text(row.totp_secret);
    return {
      person: {
        id: idIn(row.id),
        email: text(row.email),
        emailVerified: flag(row.email_verified),
        name: text(row.name),
        image: text(row.image),
        createdAt: time(row.created_at),
        passwordHash: text(row.password),
        totpSecret,
        suspended: flag(row.banned) === true ? { reason, until } : flag(row.banned),
      },
      losesFactor: flag(row.two_factor_enabled) === true && totpSecret === undefined,
    };
  },
};
