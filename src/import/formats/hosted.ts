import { fromAuth0, fromClerk, fromFirebase, readFirebaseParameters } from "../../guard/foreign/sources";
import { flag, idIn, isRow, isThere, joined, list, object, ownText, text, time, type Row } from "../row";
import { ofDatabase, unlessDeleted, type Drafted, type Format, type HashParameters } from "./format";

/** What services that host a login export. */

/** Supabase's table `auth.users`. */
export const supabase: Format = {
  files: ofDatabase,
  columns: ["id", "email", "encrypted_password"],
  draftOf: unlessDeleted((row) => {
    const about = object(row.raw_user_meta_data);
    return {
      person: {
        id: idIn(row.id),
        email: text(row.email),
        emailVerified: isThere(row.email_confirmed_at),
        name: ownText(about.full_name) ?? ownText(about.name) ?? ownText(about.display_name),
        image: ownText(about.avatar_url),
        createdAt: time(row.created_at),
        passwordHash: text(row.encrypted_password),
        totpSecret: text(row.totp_secret),
        suspended: isThere(row.banned_until) ? { until: time(row.banned_until) } : undefined,
      },
    };
  }),
};

/** The CSV of Clerk's dashboard, with a column `banned` where one was added; Clerk's API exports no hashes. */
export const clerk: Format = {
  files: ["csv"],
  columns: ["id", "primary_email_address", "password_digest", "password_hasher"],
  draftOf(row) {
    const email = text(row.primary_email_address);
    const digest = text(row.password_digest);
    return {
      person: {
        id: idIn(row.id),
        email,
        emailVerified: addressesIn(row.verified_email_addresses).includes(String(email).toLowerCase()),
        name: joined(row.first_name, row.last_name) ?? text(row.username),
        totpSecret: text(row.totp_secret),
        suspended: flag(row.banned),
      },
      password: digest === undefined ? undefined : fromClerk(String(row.password_hasher), String(digest)),
    };
  },
};

const addressesIn = (value: unknown): string[] =>
  typeof value === "string" ? value.toLowerCase().split(/[\s,;|]+/) : [];

/** Auth0's lines of users: with hashes as its support exports them, or in the schema of its bulk import. */
export const auth0: Format = {
  files: ["lines", "document"],
  columns: [["email", "user_id", "_id"]], // it writes no `email` of whoever has a phone number or a name alone
  draftOf(row) {
    const factors = list(row.mfa_factors).filter(isRow);
    const totpSecret = factors.map(({ totp }) => object(totp).secret).find(isThere);
    return {
      person: {
        id: auth0Id(row),
        email: text(row.email),
        emailVerified: flag(row.email_verified),
        name: text(row.name) ?? joined(row.given_name, row.family_name),
        image: text(row.picture),
        createdAt: time(row.created_at),
        passwordHash: text(row.passwordHash) ?? text(row.password_hash),
        totpSecret,
        suspended: flag(row.blocked),
      },
      password: isThere(row.custom_password_hash) ? fromAuth0(row.custom_password_hash) : undefined,
      losesFactor: factors.length > 0 && totpSecret === undefined,
    };
  },
};

/** As `sub` in its tokens: the id of its database, behind the name of the connection's kind. */
function auth0Id(row: Row): unknown {
  const inDatabase = isRow(row._id) ? text(row._id.$oid) : text(row._id);
  return text(row.user_id) ?? (inDatabase === undefined ? "" : `auth0|${inDatabase}`);
}

/** The JSON of `firebase auth:export`, with the project's parameters of hashing. */
export const firebase: Format = {
  files: ["document"],
  path: "$.users.*",
  columns: ["localId"],
  needsParameters: true,
  draftOf: (row, parameters) => ({
    person: {
      id: idIn(row.localId),
      email: text(row.email),
      emailVerified: flag(row.emailVerified),
      name: text(row.displayName),
      image: text(row.photoUrl),
      createdAt: time(row.createdAt),
      suspended: flag(row.disabled),
    },
    password: firebasePassword(row, parameters),
    losesFactor: list(row.mfaInfo).length > 0,
  }),
};

function firebasePassword({ passwordHash, salt }: Row, given?: HashParameters): Drafted["password"] {
  const parameters = readFirebaseParameters(given);
  if (typeof passwordHash !== "string" || passwordHash === "") return undefined;
  if (!parameters || typeof salt !== "string") return { refused: "the hash cannot be read without its salt" };
  return fromFirebase(parameters, { salt, passwordHash });
}
