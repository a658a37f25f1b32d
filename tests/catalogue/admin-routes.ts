import type { Gatehouse, Visitor } from "../support/harness";
import { giveRole } from "../support/golden";
import { form, page, type Route } from "./route";

/** An administrator's browser, and somebody on whom they act. */
export interface Administered {
  cookie: string;
  /** Of the person: suspended by nobody, with no role, and with a second factor. */
  id: string;
}

/** Makes an administrator, who is not the victim, and somebody whom nothing else of the catalogue is about. */
export async function makeAdministered(gatehouse: Gatehouse): Promise<Administered> {
  const confirm = `update "user" set email_verified = true where email = $1 returning id`;
  const [admin, other] = [gatehouse.visitor(), gatehouse.visitor()];
  const { email } = await admin.join();
  await gatehouse.rows(confirm, [email]);
  await giveRole(gatehouse, email);
  const id = await idOf(gatehouse, other);
  await gatehouse.rows("insert into gatehouse.authenticator_app (user_id, secret, recovery_key) values ($1, '', '')", [
    id,
  ]);
  return { cookie: admin.cookieHeader(), id };
}

async function idOf(gatehouse: Gatehouse, visitor: Visitor): Promise<string> {
  const { email } = await visitor.join();
  const [row] = await gatehouse.rows<{ id: string }>(`select id from "user" where email = $1`, [email]);
  return row?.id ?? "";
}

const ofAdmin = (path: string, more: Partial<Route> = {}) => page(path, { as: "admin", nobody: 303, ...more });
const onPerson = {
  fields: { id: "id" },
  values: ({ administered: { id } }) => ({ id, act: "suspend" }),
} satisfies Partial<Route>;

/** The pages of the administration. */
export const adminPages = [
  ofAdmin("/admin"),
  ofAdmin("/admin/people", { values: () => ({ search: "ada", filter: "unconfirmed" }) }),
  ofAdmin("/admin/people/{id}", { ...onPerson, values: ({ administered: { id } }) => ({ id }) }),
  ofAdmin("/admin/people/{id}/{act}", onPerson),
  ofAdmin("/admin/invitations"),
  ofAdmin("/admin/events", { values: () => ({ kind: "sign_in", from: "2026-01-01" }) }),
];

const ofAdminForm = (path: string, more: Partial<Route>) => form(path, { as: "admin", nobody: 303, ...more });

/** And its forms. */
export const adminForms = [
  ofAdminForm("/admin/people/{id}/{act}", {
    ...onPerson,
    values: ({ administered: { id } }) => ({ id, act: "suspend", reason: "spam" }),
  }),
  ofAdminForm("/admin/people/{id}/{act}", {
    ...onPerson,
    act: "second factor off",
    values: ({ administered: { id } }) => ({ id, act: "second-factor-off", reason: "lost the phone" }),
  }),
  ofAdminForm("/admin/people/{id}/{act}", {
    ...onPerson,
    type: "download",
    status: 200,
    values: ({ administered: { id } }) => ({ id, act: "export", reason: "asked for it" }),
  }),
  ofAdminForm("/admin/invitations", { values: () => ({ email: "somebody@example.org", reason: "asked for it" }) }),
];
