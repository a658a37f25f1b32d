import { mutationsOf } from "./mutation";

const pages = "capabilities/administration-pages";
const acts = "capabilities/administration";
const data = "capabilities/administration-data";
const input = "capabilities/administration-input";
const people = "capabilities/administration-people";
const many = "capabilities/administration-many";
const again = "capabilities/administration-again";
const invitations = "capabilities/administration-invitations";
const meanwhile = "capabilities/administration-meanwhile";
const heldUp = "capabilities/held-up";
const folder = "src/capabilities/administration";

const ofPages = [
  ...mutationsOf(`${folder}/pages/person-act.ts`, [
    ["if (!person || !isPersonAct(act))", "if (!person)", pages],
    ['if (!reason.ok) return again(reason, "reason");', "if (!reason.ok) throw reason;", input],
    [
      "counted.ok ? await offered.run(services, order, form) : counted",
      "await offered.run(services, order, form)",
      input,
    ],
    ["factors: await factorsOf(services, post) }", "factors: 1 as const }", pages],
    ["if (!worked.ok) return again(worked);", "", pages],
    ['if (act === "delete" && form.get("now") === "on")', "if (false)", data],
    ["isOwn && roles.every(", "roles.every(", meanwhile],
    ["isOwn && roles.every(", "isOwn && roles.some(", meanwhile],
    ["if (isOwn && ", "if (false && ", meanwhile],
  ]),
  ...mutationsOf(`${folder}/pages/overview.ts`, [
    [".catch((error) => unlessTooMuch(error, visit, services))", "", again],
  ]),
  ...mutationsOf(`${folder}/pages/person.ts`, [
    ["id === null || ", "", input],
    ['id.includes("\\0") || !id.isWellFormed() ? undefined : ', "false ? undefined : ", input],
    [" && allows(what, roles, person.roles)", "", pages],
  ]),
  ...mutationsOf(`${folder}/pages/acts.ts`, [
    ["z.iso.date().safeParse(text).success ?", "text !== text.trim() ?", input],
    ['!text.startsWith("0000") && ', "", input],
    ['(form.get("isConfirmed") === "on" ? undefined : form.get("email"))', 'form.get("email")', input],
    ['if (until === null) return refuse("until_past");', "", input],
  ]),
  ...mutationsOf(`${folder}/pages/invitations.ts`, [
    ["!reason.ok || !address.ok", "!address.ok", input],
    ["!reason.ok || !address.ok", "!reason.ok", input],
    [
      "counted.ok ? await invite(services, { email, language, by }) : counted",
      "await invite(services, { email, language, by })",
      input,
    ],
    ['services.config.languages.find((code) => code === form.get("language"))', "undefined", invitations],
    ['["email", "language", "reason", "revoke"]', '["email", "reason", "revoke"]', invitations],
    ["props.mayInvite ? revoked.data : undefined", "revoked.data", input],
    ["/^[\\da-f-]{36}$/i.test(asked) ? asked : undefined", "asked || undefined", input],
  ]),
  ...mutationsOf(`${folder}/pages/events.ts`, [
    [" || [person, kind, address].some(isNoText)", "", pages],
    ["first === null || last === null || ", "", pages],
    ["/^\\d{1,15}$/.test(before) ? Number(before) : undefined", "before ? Number(before) : undefined", data],
    ["((await findPerson(database.orm, person)) ?? person)", "await findPerson(database.orm, person)", data],
    ["startOfDay(new Date(last.getTime() + inMilliseconds(1 * days)), timeZone)", "startOfDay(last, timeZone)", data],
    ["first && startOfDay(first, timeZone)", "first", data],
    [
      "(new Date(last.getTime() + inMilliseconds(1 * days)), timeZone)",
      "(new Date(last.getTime() + inMilliseconds(1 * days)))",
      data,
    ],
  ]),
  ...mutationsOf(`${folder}/pages/staff.ts`, [
    ['isBlank(reason) ? "reason_missing" : wrongIn(reason)', "wrongIn(reason)", input],
    [
      'isBlank(reason) ? "reason_missing" : wrongIn(reason)',
      'reason === "" ? "reason_missing" : wrongIn(reason)',
      input,
    ],
    ['isBlank(reason) ? "reason_missing" : wrongIn(reason)', 'isBlank(reason) ? "reason_missing" : undefined', input],
    ["email.trim().toLowerCase()", "email", input],
  ]),
];

const ofPeople = [
  ...mutationsOf(`${folder}/people/list.ts`, [
    ["search.length > longestEmail || ", "", people, pages],
    ['|| search.includes("\\0") ||', "||", people, pages],
    [" || !search.isWellFormed()", "", people, pages],
    ['if (!isPlace) return refuse("place_malformed");', "", people, pages],
    ['search !== "" || isTime(after.place)', "true", people, input],
    ["number >= 1 && ", "", input],
    ["number <= last && ", "", input],
    ["era ? 4713 : 294_276", "294_276", input],
    ["(era ? 1 - number : number)", "number", input],
    [" && isDay", "", input],
    ["Math.min(Math.max(1, Math.trunc(wanted.count ?? 50)), mostPeople)", "wanted.count ?? 50", many],
    ["and not (${byEmail})`)}", "`)}", many],
    ["and not (${byEmail}) and not (${byName}) and", "and", many],
    [" and ${after === undefined})`", ")`", many],
    ['one.includes("\\0") || ', "", input],
    ["rows.length > count ? page.at(-1) : undefined", "page.at(-1)", people],
    ["few ? { ...wanted, isSuspended: undefined } : wanted", "{ ...wanted, isSuspended: undefined }", many],
    ["few ?? everybody", "everybody", many],
  ]),
  ...mutationsOf(`${folder}/people/events.ts`, [
    ["Math.min(Math.max(1, Math.trunc(count)), mostEvents)", "count", many],
    ["before === undefined ? undefined : lt(event.id, before),", "", people],
  ]),
  ...mutationsOf(`${folder}/people/act.ts`, [
    ["if (await suspensionOf(inner, actor)) return false;", "", people],
    ["and(eq(session.id, id), eq(session.userId, userId))", "eq(session.userId, userId)", people],
    ["and(eq(session.id, id), eq(session.userId, userId))", "eq(session.id, id)", people],
  ]),
  ...mutationsOf(`${folder}/people/access.ts`, [
    ["if (wrong) return refuse(wrong);", "", acts, input],
    ["if (wasSuspended) {", "if (ended) {", again],
    ["ended[0]?.wasHeld ?? false", "ended.length > 0", again],
    [
      "if (!(await removal.remove(inner, person.id))) return",
      "if (await removal.remove(inner, person.id)) return",
      pages,
    ],
  ]),
  ...mutationsOf(`${folder}/people/act.ts`, [
    ["if (wrong) return refuse(wrong);\n  const client", "const client", input],
    ["if (wrong) return refuse(wrong);\n  const ours", "const ours", input],
  ]),
  ...mutationsOf("src/guard/own-words.ts", [
    ['if ([...text].length > longest) return "words_too_long";', "", acts, input],
    ["[...text].length", "text.length", input],
    ["(?!\\s)", "", input],
  ]),
  ...mutationsOf(`${folder}/people/invite.ts`, [
    ['if (!typed.success) return refuse("invitation_gone");', "if (!typed.success) throw typed.error;", input],
  ]),
  ...mutationsOf("src/account/statements.ts", [
    ['if (who.includes("\\0") || !who.isWellFormed()) return sql`false`;', "", people, acts],
    ["who.toLowerCase()", "who", people, acts],
  ]),
  ...mutationsOf("src/account/act.ts", [
    [
      "if (wrongIn(reason)) throw new RefusedForNow(",
      "if (false) throw new RefusedForNow(",
      "capabilities/two-factor-lost",
    ],
  ]),
  ...mutationsOf(`${folder}/people/person.ts`, [
    ["and ${isHeld}`;", "`;", again],
    ["await isTrue(orm, isBlockedByColumn(userId))", "false", meanwhile],
  ]),
  ...mutationsOf(`${folder}/people/roles.ts`, [
    ['if (added.length > 0) await note("role_given", given);', 'await note("role_given", given);', again],
  ]),
];

const ofVerbs = [
  ...mutationsOf(`${folder}/verbs.ts`, [
    ["if (userId === undefined) throw new RefusedForNow(words.en.problems.person_gone);", "", people],
    ["if (language !== undefined && !found)", "if (false)", acts],
    ["isNow: options.now !== undefined })", "isNow: true })", acts],
    ["isConfirmed: options.confirmed !== undefined })", "isConfirmed: true })", acts],
    ["found.length > mostInvitations", "false", many],
    ["if (!does) throw", "if (false) throw", many],
    ["if (wrong) throw new RefusedForNow(words.en.problems[wrong]);", "", input],
    ["throw new RefusedForNow(words.en.problems.role_unknown);", 'return "admin";', people],
    ["if (!known.includes(kind))", "if (kind === '')", many],
    ["found.length === 0 && kind !== undefined)", "kind !== undefined)", many],
  ]),
  ...mutationsOf(`${folder}/held-up.ts`, [
    ["counted && holds(counted.kind, seconds)", "counted", heldUp],
    ['plain(whom.replace(/::\\/(48|64)$/, "::"))', 'whom.replace(/::\\/(48|64)$/, "::")', heldUp],
    ['whom.replace(/::\\/(48|64)$/, "::")', "whom", heldUp],
    ['if (isIP(ip) === 0) throw new RefusedForNow("Name an email address, or an IP address.");', "", heldUp],
    [" and open_at > clock_timestamp() order", " order", heldUp],
    ['if (gone.length === 0) return { said: "Nothing was counted against them.", facts: { counts: 0 } };', "", heldUp],
    ["...devices.map((hash) => ({", "...[].map((hash) => ({", heldUp],
    ["case when outcome = 'held_up' then u.email end", "u.email", heldUp],
    ["(outcome = 'held_up' or kind = 'sign_up')", "outcome = 'held_up'", heldUp],
    ["if (wrong) throw new RefusedForNow(words.en.problems[wrong]);", "", input],
    ["new Set(ips.map(networkKey)).difference(new Set(ips.map(clientKey)))", "new Set<string>()", heldUp],
  ]),
  ...mutationsOf("src/process/typed.ts", [
    ["/^--[a-z-]+(=|$)/.test(word)", 'word.startsWith("--")', many],
    ["!isDate || !isDay", "!isDay", input],
    ['|| !isDay(text.slice(0, "2026-12-31".length)) ', "", input],
    ["|| !(year >= 1 && year <= 9999)", "", "program/verbs", acts, people, input],
    ["year >= 1 && year <= 9999", "year === year", input],
    ['if (text !== "yes" && text !== "no") throw', "if (false) throw", "program/verbs", people],
    ["!/^[1-9]\\d{0,14}$/.test(text) || ", "", many, people],
    [" || Number(text) > most", "", many],
    ["date && isDayAlone ?", "false ?", many],
    ["date && isDayAlone ?", "date ?", many],
  ]),
  ...mutationsOf("src/http/time-zone.ts", [
    ["isSkipped ? Math.max(nearly, begins) : begins", "begins", data],
    ["isSkipped ? Math.max(nearly, begins) : begins", "Math.max(nearly, begins)", data],
  ]),
  ...mutationsOf("src/run-verb.ts", [
    ["positionals.length !== wanted.length || ", "", "program/verbs"],
    [" || !positionals.every((word, at) => fits(word, wanted[at]))", "", "program/verbs"],
    ['shown.split("|").includes(word)', "true", "program/verbs"],
    ["if (new Set(names).size === names.length) return said;", "return said;", "program/verbs"],
  ]),
];

/** The pages of the administration, its verbs, and who is found by both. */
export const ofAdministrationPages = [...ofPages, ...ofPeople, ...ofVerbs];
