import { form, linkForm, linkPage, own, ownForm, page } from "./route";

const goal = "/account/email";

/** The pages of the second factor. */
export const secondFactorPages = [
  linkPage("/keep-second-factor", "keep_factor"),
  page("/second-step", {
    as: "waiting",
    fields: { return_to: "return_to" },
    values: () => ({ return_to: goal }),
    nobody: 303,
  }),
  page("/second-step/lost", { status: 303 }),
  page("/second-step/set-up", { as: "settingUp", nobody: 303 }),
  own("/account/security/second-factor"),
  page("/account/security/recovery-codes", { status: 303 }),
];
/** And its forms. */
export const secondFactorForms = [
  linkForm("/keep-second-factor", "keep_factor"),
  form("/second-step", {
    as: "waiting",
    fields: { code: "code", return_to: "return_to" },
    values: ({ secondFactor: { waiting } }) => ({ code: waiting.app.code(), return_to: goal }),
    nobody: 303,
    empty: 422,
  }),
  form("/second-step/lost", { as: "waiting", nobody: 303 }),
  form("/second-step/set-up", {
    as: "settingUp",
    fields: { code: "code" },
    values: ({ secondFactor: { settingUp } }) => ({ sealed: settingUp.sealed, code: settingUp.app.code() }),
    status: 200,
    nobody: 303,
    empty: 303, // without the secret that the page offered, it offers another
  }),
  ownForm("/account/security/second-factor", {
    fields: { code: "code" },
    values: ({ secondFactor: { offered } }) => ({ act: "confirm", sealed: offered.sealed, code: offered.app.code() }),
    status: 200,
    empty: 400, // without the secret that the page offered
  }),
  ownForm("/account/security/recovery-codes", {
    type: "text",
    values: ({ secondFactor: { offered } }) => ({ sealed: offered.sealedCodes }),
    status: 200,
  }),
];
