import { fromWordPress } from "../../guard/foreign/sources";
import { flag, idIn, isRow, isThere, joined, not, text, time, type Row } from "../row";
import { ofDatabase, unlessDeleted, type Format } from "./format";

/** The tables of frameworks' own users. */

/** Django's `auth_user`, or a model like it: as `dumpdata` writes it, or the table itself. */
export const django: Format = {
  files: ofDatabase,
  columns: ["id", "email", "password"],
  draftOf(given) {
    const row: Row = isRow(given.fields) ? { id: given.pk, ...given.fields } : given;
    const hash = text(row.password);
    return {
      person: {
        id: idIn(row.id),
        email: text(row.email),
        emailVerified: flag(row.email_verified),
        name: joined(row.first_name, row.last_name) ?? text(row.name) ?? text(row.username),
        createdAt: time(row.date_joined),
        passwordHash: typeof hash === "string" && hash.startsWith("!") ? undefined : hash, // "unusable"
        totpSecret: text(row.totp_secret),
        suspended: not(row.is_active),
      },
    };
  },
};

/** The table of fastapi-users. */
export const fastapiUsers: Format = {
  files: ofDatabase,
  columns: ["id", "email", "hashed_password"],
  draftOf: (row) => ({
    person: {
      id: idIn(row.id),
      email: text(row.email),
      emailVerified: flag(row.is_verified),
      name: joined(row.first_name, row.last_name) ?? text(row.name),
      createdAt: time(row.created_at),
      passwordHash: text(row.hashed_password),
      totpSecret: text(row.totp_secret),
      suspended: not(row.is_active),
    },
  }),
};

/** Laravel's `users`. */
export const laravel: Format = {
  files: ofDatabase,
  columns: ["id", "email", "password"],
  draftOf: unlessDeleted((row) => ({
    person: {
      id: idIn(row.id),
      email: text(row.email),
      emailVerified: isThere(row.email_verified_at),
      name: text(row.name),
      createdAt: time(row.created_at),
      passwordHash: text(row.password),
      totpSecret: text(row.totp_secret),
    },
    losesFactor: isThere(row.two_factor_confirmed_at) && !isThere(row.totp_secret),
  })),
};

/** Rails' `users`, with `has_secure_password` or Devise. */
export const rails: Format = {
  files: ofDatabase,
  columns: ["id", "email"],
  draftOf: unlessDeleted((row) => ({
    person: {
      id: idIn(row.id),
      email: text(row.email),
      emailVerified: isThere(row.confirmed_at),
      name: text(row.name) ?? joined(row.first_name, row.last_name),
      createdAt: time(row.created_at),
      passwordHash: text(row.password_digest) ?? text(row.encrypted_password),
      totpSecret: text(row.totp_secret),
    },
    losesFactor: flag(row.otp_required_for_login) === true && !isThere(row.totp_secret),
  })),
};

/** WordPress' `wp_users`. Who is spam or deleted is so in a network of sites. */
export const wordpress: Format = {
  files: ofDatabase,
  columns: ["ID", "user_email", "user_pass"],
  draftOf(row) {
    const hash = text(row.user_pass);
    return {
      person: {
        id: idIn(row.ID),
        email: text(row.user_email),
        name: text(row.display_name) ?? text(row.user_login),
        createdAt: time(row.user_registered),
        totpSecret: text(row.totp_secret),
        suspended: flag(row.spam) === true || flag(row.deleted) === true,
      },
      password: typeof hash === "string" ? fromWordPress(hash) : undefined,
    };
  },
};
