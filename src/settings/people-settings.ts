import * as z from "zod";
import { columnNames } from "./values";

/** The settings that say who may come in. */
export const peopleSettings = {
  GATEHOUSE_BLOCKED_COLUMNS: z
    .string()
    .prefault("")
    .transform(columnNames)
    .describe(
      "Columns of `user` by which an existing app keeps people out, comma-separated, such as " +
        "`is_active,locked_until`: whoever they keep out has no session here either. " +
        "`banned` is heeded without being named.",
    ),
};
