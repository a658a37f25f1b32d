import { mutationsOf } from "./mutation";

const often = "faults/often-asked";

/** What pages ask of a server by name. */
export const ofOftenAsked = [
  ...mutationsOf("db/asked-often.ts", [
    ["if (name !== undefined || names.size >= mostNames) return name;", "if (name !== undefined) return name;", often],
    ["counts.size >= mostCounted || ", "", often],
    [" || now() - since > windowMilliseconds", "", often],
    ["if (count < often) return undefined;", "", often],
  ]),
  ...mutationsOf("db/failure.ts", [[" || isStalePlan(error)", "", often]]),
  ...mutationsOf("db/pool.ts", [
    [" || isStalePlan(error)) && lost()", ") && lost()", often],
    ["idle >= 0 && ", "", "faults/idle-connections"],
    [" || isReadOnly(error)", "", "faults/database"],
    ['({ rows }) => rows[0]?.transaction_read_only === "off"', "() => true", "faults/database"],
  ]),
  ...mutationsOf("db/server.ts", [["pooled ? undefined : createStatementNames()", "createStatementNames()", often]]),
];
