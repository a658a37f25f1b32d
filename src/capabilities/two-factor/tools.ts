import type { OwnActing, Tools } from "../../capability";
import type { FactorWords } from "./words/en";

/** The mails of the second factor. */
export type FactorMail =
  | "second_factor_on"
  | "second_factor_changed"
  | "second_factor_off"
  | "recovery_codes_made"
  | "recovery_code_used"
  | "factor_loss_asked";

/** The tools of the second factor, which know its names. */
export type FactorTools = Tools<keyof FactorWords["events"], keyof FactorWords["problems"], FactorMail, "second_step">;

/** What an act on the second factor can do. */
export type FactorActing = OwnActing<unknown, keyof FactorWords["events"], FactorMail>;
