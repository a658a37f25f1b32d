import { mutationsOf } from "./mutation";

const kept = "everywhere/suspension";
const columns = "every-database/blocked-columns";
const many = "capabilities/administration-many";

/** What keeps somebody out who is suspended. */
export const ofSuspension = [
  ...mutationsOf("src/auth/suspended.ts", [
    ["if (!suspended) return undefined;", "return undefined;", kept],
    ["(await suspensionOf(inner, userId)) === undefined", "true", kept],
    ["status: 403,", "", kept],
  ]),
  ...mutationsOf("src/account/suspension.ts", [
    ["s.user_id is not null or ${isBlocked}", "s.user_id is not null", columns],
    ["where ${isHeld}) s", ") s", kept],
    ["where ${isHeld}`", "`", "capabilities/administration-people"],
    [".where(isThere)", "", many],
    ['kind === "unset" ?', "false ?", many],
    ["gatehouse.is_blocked(to_jsonb(u))", "true", many],
    [" and not ${hasSuspension(sql`u.id`)}", "", many],
    [" and ${isHeld})`", ")`", "capabilities/administration-people"],
    ["${heldUntil} as until", "until", kept],
  ]),
  ...mutationsOf("src/account/act.ts", [
    [" && (await suspensionOf(inner, userId)) === undefined ?", " ?", "capabilities/suspended-ways-in"],
  ]),
  ...mutationsOf("src/pages/suspended.ts", [
    ["if (!suspended) return seeOther", "if (userId === undefined) return seeOther", kept],
  ]),
  ...mutationsOf("db/migrations/0010_suspension.sql", [
    ["DELETE FROM public.session WHERE user_id = NEW.user_id;", "", kept],
    ["AFTER INSERT OR UPDATE ON", "AFTER INSERT ON", kept],
    ["DELETE FROM public.session WHERE user_id IN", "PERFORM 1 FROM public.session WHERE user_id IN", columns],
  ]),
  ...mutationsOf("db/blocked-columns.ts", [
    ["if (unread.length > 0) throw", "if (false) throw", columns],
    ["delete from session using", "select from session, ", columns],
  ]),
];
