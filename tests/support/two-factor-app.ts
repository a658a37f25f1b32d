import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { twoFactor } from "better-auth/plugins/two-factor";
import { Secret, TOTP } from "otpauth";
import { Pool } from "pg";
import type { Person } from "./harness";

/** An app that had Better Auth's own second factor before there was a Gatehouse: the real library and its plugin. */
export interface TwoFactorApp {
  /** Somebody new, whose second factor is on. */
  join(person: Person): Promise<Enrolled>;
  /** Somebody new, who began to set one up and did not finish. */
  begin(person: Person): Promise<Enrolled>;
  /** Signs in with a backup code, which is used up. */
  useBackupCode(person: Person, code: string): Promise<void>;
  close(): Promise<void>;
}

/** What is on somebody's phone, and on their paper. */
export interface Enrolled {
  /** The code of now, by an app that reads the address in the QR code. */
  code(): string;
  backupCodes: string[];
}

/** The columns as Better Auth's command line names them for Drizzle, which Gatehouse needs for the four tables. */
const inSnakeCase = {
  user: { fields: { emailVerified: "email_verified", createdAt: "created_at", updatedAt: "updated_at" } },
  session: {
    fields: {
      ...{ expiresAt: "expires_at", createdAt: "created_at", updatedAt: "updated_at" },
      ...{ ipAddress: "ip_address", userAgent: "user_agent", userId: "user_id" },
    },
  },
  account: {
    fields: {
      ...{ accountId: "account_id", providerId: "provider_id", userId: "user_id", idToken: "id_token" },
      ...{ accessToken: "access_token", refreshToken: "refresh_token" },
      ...{ accessTokenExpiresAt: "access_token_expires_at", refreshTokenExpiresAt: "refresh_token_expires_at" },
      ...{ createdAt: "created_at", updatedAt: "updated_at" },
    },
  },
  verification: { fields: { expiresAt: "expires_at", createdAt: "created_at", updatedAt: "updated_at" } },
};
const ofPlugin = {
  user: { fields: { twoFactorEnabled: "two_factor_enabled" } },
  twoFactor: {
    modelName: "two_factor",
    fields: {
      ...{ backupCodes: "backup_codes", userId: "user_id" },
      ...{ failedVerificationCount: "failed_verification_count", lockedUntil: "locked_until" },
    },
  },
};

const optionsOn = (pool: Pool, secret: string) => ({
  ...inSnakeCase,
  database: pool,
  secret,
  baseURL: "http://localhost:3000",
  emailAndPassword: { enabled: true },
  telemetry: { enabled: false },
  plugins: [twoFactor({ schema: ofPlugin })],
});

/** The app on an empty database, whose tables it makes. */
export async function twoFactorApp({ url, secret }: { url: string; secret: string }): Promise<TwoFactorApp> {
  const pool = new Pool({ connectionString: url });
  pool.on("error", () => undefined);
  const options = optionsOn(pool, secret);
  await (await getMigrations(options)).runMigrations();
  const { api } = betterAuth(options);
  const signIn = async (body: Person) => cookieOf((await api.signInEmail({ body, asResponse: true })).headers);
  const begin = async (person: Person) => {
    await api.signUpEmail({ body: person });
    const headers = await signIn(person);
    const made = await api.enableTwoFactor({ body: { password: person.password }, headers });
    if (!("totpURI" in made)) throw new Error("The plugin made no secret.");
    return { headers, code: codesOf(made.totpURI), backupCodes: made.backupCodes };
  };
  return {
    begin,
    async join(person) {
      const { headers, ...enrolled } = await begin(person);
      await api.verifyTOTP({ body: { code: enrolled.code() }, headers });
      return enrolled;
    },
    async useBackupCode(person, code) {
      const headers = await signIn(person);
      await api.verifyBackupCode({ body: { code }, headers });
    },
    close: () => pool.end(),
  };
}

/** What an authenticator app makes of the address in a QR code. */
const codesOf = (uri: string) => {
  const secret = Secret.fromBase32(new URL(uri).searchParams.get("secret") ?? "");
  return () => new TOTP({ secret }).generate();
};

const cookieOf = (headers: Headers) =>
  new Headers({
    cookie: headers
      .getSetCookie()
      .map((line) => line.split(";")[0])
      .join("; "),
  });
