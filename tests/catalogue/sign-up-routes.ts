import { create } from "../support/authenticator";
import { newPerson, type Gatehouse } from "../support/harness";
import { form, page } from "./route";

/** Somebody who has confirmed an address, and waits for a first passkey: the browser, and what its device answers. */
export interface Unopened {
  cookie: string;
  made: string;
}

/** Begins an account without a password, up to its passkey. */
export async function makeUnopened(gatehouse: Gatehouse): Promise<Unopened> {
  const visitor = gatehouse.visitor();
  const { name, email } = newPerson();
  await visitor.get("/sign-up/passkey");
  await visitor.post("/sign-up/passkey", { name, email });
  const [mail] = await gatehouse.mailsTo(email);
  await visitor.post("/verify-email", { email, code: /\b\d{6}\b/.exec(mail?.text ?? "")?.[0] ?? "" });
  const options = JSON.parse((await visitor.post("/sign-up/passkey/options", {})).text);
  const { answer: made } = await create(options, gatehouse.origin);
  return { cookie: visitor.cookieHeader(), made };
}

const goal = "/account/email";

/** The pages to sign up with a passkey. */
export const passkeySignUpPages = [
  page("/sign-up/passkey", { fields: { return_to: "return_to" }, values: () => ({ return_to: goal }), nobody: 200 }),
  page("/sign-up/passkey/make", {
    as: "unopened",
    fields: { return_to: "return_to" },
    values: () => ({ return_to: goal }),
    nobody: 303,
  }),
];

/** And the forms. */
export const passkeySignUpForms = [
  form("/sign-up/passkey", {
    fields: { name: "name", email: "email" },
    values: () => ({ name: newPerson().name, email: newPerson().email, return_to: goal }),
    empty: 422,
  }),
  form("/sign-up/passkey/make", {
    as: "unopened",
    values: ({ unopened: { made } }) => ({ new: made, return_to: goal }),
    nobody: 303,
  }),
  form("/sign-up/passkey/options", { as: "unopened", type: "data", status: 200, nobody: 403 }),
];
