import { mutationsOf } from "./mutation";

const step = "capabilities/two-factor-step";
const ways = "capabilities/two-factor-ways-in";
const first = "capabilities/two-factor";
const account = "capabilities/two-factor-account";
const trust = "capabilities/trusted-browser";
const lost = "capabilities/two-factor-lost";
const required = "capabilities/two-factor-required";
const both = "capabilities/two-factor-and-passkeys";
const alone = "capabilities/passkeys-required";
const taken = "capabilities/two-factor-taken-over";
const rotated = "capabilities/two-factor-secrets";
const seal = "embedded/seal";
const strong = "capabilities/administration-factors";
const folder = "src/capabilities/two-factor";

const ofStep = [
  ...mutationsOf(`${folder}/gate.ts`, [
    ["if (proved.factors > 1) return undefined;", "", both],
    ["if (!isRequired || (await isUnopened(orm, userId)))", "if (isRequired)", required],
    ["if (!isRequired || (await isUnopened(orm, userId)))", "if (!isRequired)", "capabilities/passkey-sign-up"],
    ['if (await hasEnough(orm, { userId, ways, role: "opens" })) return toOtherWay;', "", alone],
    ["methods: [...proved.methods, trusted], at };", "methods: [...proved.methods, trusted] };", both],
    ["return proved.factors > 1 || !(await hasApp(inner, userId));", "return true;", ways],
    ["if (proved.methods.includes(trusted)) {", 'if (proved.methods.includes("x")) {', ways],
    ["trustedBy({ userId, passwordMark }), eq(", "eq(", trust],
    [", eq(trustedBrowser.deviceHash, device.hash)", "", trust],
  ]),
  ...mutationsOf(`${folder}/step.ts`, [
    ['if (!(await endWait(inner, waiting))) return refused("signed_out");', "", step],
    ["if (!(await hasSamePassword(inner, waiting))) return false;", "", step],
    ["if (!(await hasSamePassword(inner, waiting))) return false;", "", required],
    ["and(eq(secondStep.hash, hash), sql`${secondStep.expiresAt} > now()`)", "eq(secondStep.hash, hash)", step],
    ["isLive(sha256(token)), eq(secondStep.kind, kind)", "isLive(sha256(token))", required],
    ["(await hasSamePassword(inner, waiting)) &&", "", ways],
    ["&& (await setUpAt(inner, waiting.userId)) === appOf", "", ways],
    ["if (await stopLoss(inner, userId)) await record(", "if (false) await record(", lost],
  ]),
  ...mutationsOf(`${folder}/guesses.ts`, [
    ['tools.limit("second_step", userId)]', "]", step],
    ['if (came.problem !== tools.refuse("factor_code_wrong").problem)', "if (false)", step],
  ]),
  ...mutationsOf("src/pages/journey.ts", [["if (why && isServerError(why)) return", "if (false) return", both]]),
  ...mutationsOf("src/capabilities/passkeys/sign-in.ts", [["isServerError(signedIn)", "false", both]]),
  ...mutationsOf("src/auth/gate.ts", [['if (decided && "path" in decided) return { step: decided };', "", first]]),
];

const ofFactor = [
  ...mutationsOf(`${folder}/factor.ts`, [
    ["lt(authenticatorApp.lastStep, step));", "sql`true`);", first],
    ["eq(trustedBrowser.userId, userId),", "", trust],
    ["eq(trustedBrowser.passwordMark, passwordMark),", "", trust],
    [", sql`until > now()`);", ");", trust],
    ["await inner.delete(trustedBrowser)", "if (false) await inner.delete(trustedBrowser)", trust],
    ["await inner.delete(secondStep)", "if (false) await inner.delete(secondStep)", required],
  ]),
  ...mutationsOf(`${folder}/loss.ts`, [
    ["if (!(await hasSamePassword(inner, { userId, passwordMark }))) return", "if (false) return", lost],
  ]),
  ...mutationsOf(`${folder}/pages/second-step.ts`, [["namesAnother(form, waiting.email)", "false", lost]]),
  ...mutationsOf(`${folder}/pages/set-up-at-sign-in.ts`, [
    ["step ? withReturnTo(step.path, target) : (target ?? homePath)", "target ?? homePath", required],
  ]),
  ...mutationsOf("src/capabilities/passkeys/account-pages.ts", [["purpose, factors });", "purpose });", both]]),
  ...mutationsOf("src/capabilities/passkeys/one-page.ts", [
    ["services.leastFactors > 1 ?", "services.leastFactors > 2 ?", alone],
  ]),
  ...mutationsOf("src/capabilities/passkeys/option-pages.ts", [["await factorsToOpen(services, user.id)", "1", both]]),
  ...mutationsOf(`${folder}/time-code.ts`, [
    ["const window = 1;", "const window = 5;", step],
    ["const window = 1;", "const window = 0;", step],
  ]),
  ...mutationsOf(`${folder}/recovery-codes.ts`, [
    [
      "(await inner.delete(recoveryCode).where(theirs)",
      "(await inner.select().from(recoveryCode).where(theirs)",
      account,
    ],
    ["await inner.delete(recoveryCode).where(eq(recoveryCode.userId, userId));", "", account],
    [
      "    .innerJoin(authenticatorApp, eq(authenticatorApp.userId, recoveryCode.userId))\n",
      "",
      "capabilities/passwordless",
    ],
  ]),
  ...mutationsOf(`${folder}/carried.ts`, [
    ["`${what} ${userId} ${place}`", "`${what} ${userId}`", account],
    ["`${what} ${userId} ${place}`", "`${what} ${place}`", account],
  ]),
  ...mutationsOf(`${folder}/manage.ts`, [
    [
      'method === undefined ? tools.refuse("factor_code_wrong") : work(acting, method)',
      "work(acting, method)",
      account,
    ],
    ['if (method === "recovery") await noteRecovery(acting, current.userId);', "", account],
    ["if (!(await hasApp(acting.inner, userId))) return done({});", "", both],
    ["await endOthers(inner, current.userId, {", "if (false) await endOthers(inner, current.userId, {", account],
    ["left.some(isPasskey) ? byPasskey.factors : 1", "1", both],
    ["if (!(await hasUsed(inner, userId, hash))) return done();", "return done();", trust],
  ]),
  ...mutationsOf("src/account/prove.ts", [
    ["factors > 1 && !withPassword", "factors > 0 && !withPassword", account],
    ["factors > 1 && !withPassword", "factors > 1", both],
  ]),
  ...mutationsOf(`${folder}/proof.ts`, [
    ["if (method === undefined) return", "if (false) return", strong],
    ["if (!counted.ok) return counted;", "if (!counted.ok) return tools.refuse('factor_code_wrong');", strong],
  ]),
  ...mutationsOf("src/account/sessions.ts", [
    ["gt(factors, 1), isRecent", "gt(factors, 1)", strong],
    ["\n    and ${provedAt} < now() + interval '1 day'", "", both],
  ]),
  ...mutationsOf("src/pages/account/owner.ts", [["|| (leastFactors > 1 && factors > 1)", "", alone]]),
  ...mutationsOf("src/account/recover.ts", [["opens || secures", "opens", "capabilities/two-factor-strangers"]]),
  ...mutationsOf(`${folder}/pages/factor.ts`, [
    ['if (act === "off" && isRequired) return', 'if (act === "off" && !parts) return', required],
    ["if (await factorOf(services.database.orm, signedIn.user.id)) return seeOther(visit, factorPath);", "", account],
    ['purpose: "secondFactor", factors });', 'purpose: "secondFactor" });', alone],
  ]),
];

const ofKeeping = [
  ...mutationsOf(`${folder}/loss.ts`, [
    ["const waitSeconds = 72 * hours;", "const waitSeconds = 0;", lost],
    ["await endOthers(inner, userId);", "", lost],
  ]),
  ...mutationsOf(`${folder}/take-over.ts`, [
    ["coalesce(to_jsonb(t) ->> 'verified', 'true') <> 'false'", "true", taken],
    ["else unreadable.push(row.userId);", "", taken],
    ["if (problems.length > 0) throw", "if (problems.length > 9) throw", taken],
  ]),
  ...mutationsOf(`${folder}/seals.ts`, [["if (found.length === 0) return;", "return;", taken]]),
  ...mutationsOf(`${folder}/index.ts`, [["await sealAnew(services.database.orm, tools.seals);", "", rotated]]),
  ...mutationsOf("src/guard/seal.ts", [
    ["JSON.stringify([version, id, purpose])", "JSON.stringify([version, id])", seal],
    ["keys.find((one) => one.id === id)", "current", seal],
  ]),
  ...mutationsOf("db/existing/restrictions.ts", [
    ["&& !heeded.has(name))", ")", taken],
    ["columns.filter(({ table, column }) => !heeded.has(`${table}.${column}`))", "columns", taken],
  ]),
];

/** The guards of the second factor. */
export const ofTwoFactor = [...ofStep, ...ofFactor, ...ofKeeping];
