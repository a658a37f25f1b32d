import { mutationsOf } from "./mutation";

const now = "capabilities/passwordless";
const byMail = "capabilities/passwordless-mail";

export const ofPasswordless = [
  ...mutationsOf("src/account/remove-password.ts", [
    ['if (!(await canDoWithout(inner, { userId, ways }))) return refused("password_kept");', "", now],
    ["if (!(await isConfirmed(on, about.userId))) return false;", "", now],
    ['["opens", "backs"] as const', '["opens"] as const', now],
    ['["opens", "backs"] as const', '["backs"] as const', now],
    ["await endOthers(inner, userId, { sessionId, device: deviceOf(visit, services) });", "", now],
    ["await endTokens(inner, userId);", "", now],
  ]),
  ...mutationsOf("src/account/other-ways.ts", [
    ["=> isEnough(on, userId)", "=> isThere(on, userId)", now],
    ["if (!(await isConfirmed(on, userId)) || (await", "if ((await", byMail],
  ]),
  ...mutationsOf("src/account/recover.ts", [
    [
      "const ready = await passwords.admit(async",
      "const ready = await Promise.try(async",
      "every-database/throttle-owner",
    ],
    ['if (!isMore && (await needsMoreThanMail(inner, { userId, ways }))) return refused("link_alone");', "", byMail],
    ["const isMore = (await shown?.isStillGood(inner)) ?? false;", "const isMore = shown !== undefined;", byMail],
    [
      'return way ? way.check(services, visit, { userId, value: given(way.field) }) : refused("link_alone");',
      "return done(undefined);",
      byMail,
    ],
  ]),
  ...mutationsOf("src/auth/gate.ts", [
    [
      "if (passwordHash !== undefined || !(await isUnopened(orm, userId))) return undefined;",
      "return undefined;",
      "capabilities/passkey-sign-up",
    ],
  ]),
];
