import type { Tools } from "../../capability";

/** The events of the second factor. */
export type FactorEvent =
  | "second_step"
  | "second_factor_on"
  | "second_factor_changed"
  | "second_factor_off"
  | "recovery_codes_made"
  | "recovery_code_used"
  | "browsers_forgotten"
  | "factor_loss_asked"
  | "factor_loss_stopped";

/** Its problems. */
export type FactorProblem =
  | "factor_code_missing"
  | "factor_code_wrong"
  | "factor_recovery_wrong"
  | "factor_required"
  | "factor_set_up_over";

/** Its mails. */
export type FactorMail =
  | "second_factor_on"
  | "second_factor_changed"
  | "second_factor_off"
  | "recovery_codes_made"
  | "recovery_code_used"
  | "factor_loss_asked";

/** The tools of the second factor, which know its names. */
export type FactorTools = Tools<FactorEvent, FactorProblem, FactorMail, "second_step">;

/** What an act on the second factor can do. */
export type FactorActing = Parameters<Parameters<FactorTools["act"]>[2]>[0];
