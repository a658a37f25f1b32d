import { piecesOf, readAllButActivity } from "../../../account/export";
import type { Services } from "../../../account/services";
import { done, type Result } from "../../../result";
import { administer, type Hands, type Order } from "./act";

/**
 * Everything that is kept about somebody, as their own download has it: one JSON text in pieces, for whoever answers
 * for them. The event is there before the first piece is given, whatever becomes of the others.
 */
export function exportPerson(
  hands: Hands & Pick<Services, "tables">,
  order: Order,
): Promise<Result<AsyncGenerator<string>>> {
  const { userId } = order;
  return administer(hands, { ...order, what: "export" }, async ({ inner, note }) => {
    await note("data_exported");
    return done(piecesOf(hands, userId, await readAllButActivity(inner, { tables: hands.tables, userId })));
  });
}
