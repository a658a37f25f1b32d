import { mutationsOf } from "./mutation";

const rules = "everywhere/who-may-sign-up";
const invitations = "everywhere/invitations";
const overtaken = "embedded/overtaken";

/** Who may have an account, and what an invitation lets its holder do. */
export const ofSignUpRules = [
  ...mutationsOf("src/account/who-may-sign-up.ts", [
    ["domain.endsWith(allowed.slice(1))", "domain.endsWith(allowed.slice(2))", rules],
    [": domain === allowed)", ": domain.endsWith(allowed))", rules],
    ["signUp.domains.length === 0 || ", "", rules],
    ['services.config.signUp.who === "open" && isOfAllowedDomain(email, services)', "true", rules],
    ['services.config.signUp.who === "open" && isOf', "isOf", rules],
    ['services.config.signUp.who === "open" && isOfAllowedDomain(email, services)', 'email !== ""', rules],
    ['config.signUp.who === "open" ? done()', 'config.signUp.who !== "closed" ? done()', rules],
  ]),
  ...mutationsOf("src/auth/auth.ts", [
    ['if (!mayMakeAccount(email, services)) throw new APIError("FORBIDDEN");', "", rules],
  ]),
  ...mutationsOf("src/auth/endpoints.ts", [["if (!open.ok) return open;\n      // It waits", "// It waits", rules]]),
  ...mutationsOf("src/pages/sign-up.ts", [
    ["if (open.ok) return undefined;", "return undefined;", rules],
    ["const closed = await noSignUp(visit, services, form);\n  if (closed) return closed;", "", rules],
  ]),
  ...mutationsOf("src/account/change-email.ts", [
    ['if (!isOfAllowedDomain(newEmail, services)) return refused("email_elsewhere");', "", rules],
    [" || !isOfAllowedDomain(newEmail, services)) return", ") return", rules],
  ]),
  ...mutationsOf("src/account/invitations.ts", [
    ["coalesce((created_at, id) < ${last}, true)", "(created_at, id) < ${last}", invitations],
    ["and(eq(user.email, email), eq(user.emailVerified, true))", "eq(user.email, email)", invitations],
    [
      'if ((await inner.select({ id: user.id }).from(user).where(owner)).length > 0) return refused("has_account");',
      "",
      invitations,
    ],
    ["by, reason, hash: null, createdAt", "by, reason, createdAt", invitations],
    [".where(and(eq(invitation.id, id), isUnanswered))", ".where(eq(invitation.id, id))", invitations],
    ["and(isNull(invitation.acceptedAt), isNull(invitation.revokedAt))", "isNull(invitation.acceptedAt)", invitations],
    ["and(isNull(invitation.acceptedAt), isNull(invitation.revokedAt))", "isNull(invitation.revokedAt)", invitations],
    ["and(isUnanswered, sql`expires_at > now()`)", "isUnanswered", invitations],
  ]),
  ...mutationsOf("src/account/accept-invitation.ts", [
    ["and(eq(invitation.hash, sha256(token)), isWaiting)", "eq(invitation.hash, sha256(token))", invitations],
    ['if (userId === undefined) return refused("has_account");', "", overtaken],
    [", eq(user.emailVerified, false));", ");", overtaken],
    ["await removeStrangersWays(inner, services, taken.id);", "", invitations],
    ["await endAccess(inner, taken.id);", "", invitations],
    ["await cancelDeletion(inner, taken.id);", "", invitations],
    ["verified === true", "verified !== null", invitations],
  ]),
  ...mutationsOf("src/pages/invitation.ts", [["if (!invited || invited.hasAccount)", "if (!invited)", invitations]]),
];
