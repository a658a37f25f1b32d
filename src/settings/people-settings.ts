import { withDefault } from "./setting";
import { columnNames } from "./values";

/** The settings that say who may come in. */
export const peopleSettings = {
  GATEHOUSE_BLOCKED_COLUMNS: withDefault(
    "",
    columnNames,
    "Columns of `user` by which an existing app keeps people out, comma-separated, such as " +
      "`is_active,locked_until`: whoever they keep out has no session here either. " +
      "`banned` is heeded without being named.",
  ),
};
