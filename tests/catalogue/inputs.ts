import { bodyRows } from "./bodies";
import { cookieRows } from "./cookies";
import { emailRows } from "./email-fields";
import { encodingRows } from "./encodings";
import { fieldScenarios } from "./field-scenarios";
import { foreignFormRows } from "./foreign-forms";
import { headerRows } from "./headers";
import { houseScenarios } from "./house-scenarios";
import { passwordRows } from "./password-fields";
import { pathRows } from "./paths";
import { redirectRows } from "./redirects";
import { repeatScenarios } from "./repeat-scenarios";
import type { Row, Scenario } from "./row";
import { tokenRows } from "./tokens";

/** Every bad input that is told in one request, by topic. */
export const rows: readonly Row[] = [
  ...cookieRows,
  ...headerRows,
  ...foreignFormRows,
  ...pathRows,
  ...bodyRows,
  ...encodingRows,
  ...emailRows,
  ...passwordRows,
  ...redirectRows,
  ...tokenRows,
];

/** Those that take several. */
export const scenarios: readonly Scenario[] = [...houseScenarios, ...repeatScenarios, ...fieldScenarios];
