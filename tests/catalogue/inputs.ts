import { bodyRows } from "./bodies";
import { cookieRows } from "./cookies";
import { fieldScenarios } from "./field-scenarios";
import { fieldRows } from "./fields";
import { headerRows } from "./headers";
import { houseScenarios } from "./house-scenarios";
import { pathRows } from "./paths";
import { redirectRows } from "./redirects";
import type { Row, Scenario } from "./row";
import { tokenRows } from "./tokens";

/** Every bad input that is told in one request, by topic. */
export const rows: readonly Row[] = [
  ...cookieRows,
  ...headerRows,
  ...pathRows,
  ...bodyRows,
  ...fieldRows,
  ...redirectRows,
  ...tokenRows,
];

/** Those that take several. */
export const scenarios: readonly Scenario[] = [...houseScenarios, ...fieldScenarios];
