import type { World } from "./world";

/** What a field is, which decides what may be put into it. */
export type FieldKind =
  | "email"
  | "password"
  | "new password"
  | "name"
  | "code"
  | "token"
  | "return_to"
  | "id"
  | "image"
  | "remember";

/** Everything that is served, with what it takes and what it answers. */
export interface Route {
  method: "GET" | "POST" | "OPTIONS";
  /** `{field}` stands for a field that is part of the path. */
  path: string;
  /** Which of the things that are done under one path. */
  act?: string;
  /**
   * A page, a form or an upload for people; data for the script of a page; JSON sent or asked for by programs; a probe,
   * a file, a saved file.
   */
  type: "page" | "form" | "upload" | "data" | "json" | "api" | "probe" | "file" | "icon" | "download" | "text";
  fields: Record<string, FieldKind>;
  /**
   * Whose request it is: nobody's, the member's, the member's an hour after the sign-in, the one's who just signed up,
   * or of somebody who waits for a second step, for setting one up, or for a first passkey; an administrator's; or of
   * somebody who has enough to do without a password.
   */
  as?: "member" | "unproven" | "newcomer" | "waiting" | "settingUp" | "unopened" | "admin" | "equipped";
  /** The values of a good request; those that are no fields say what is wanted. */
  values(world: World): Record<string, unknown>;
  /** The answer to the good request. */
  status: number;
  /** The answer to whoever is not signed in, where that is looked at. */
  nobody?: number;
  /** The answer when all the fields are left out, where there are any it needs. */
  empty?: number;
  /** The answer to a field that is wrong, where that is no refusal. */
  wrong?: number;
}

/** Without values. */
export const none = () => ({});
/** A page that anybody may open. */
export const page = (path: string, more: Partial<Route> = {}): Route => ({
  method: "GET",
  path,
  type: "page",
  fields: {},
  values: none,
  status: 200,
  ...more,
});
/** A form that anybody may post. */
export const form = (path: string, more: Partial<Route>): Route => ({
  method: "POST",
  path,
  type: "form",
  fields: {},
  values: none,
  status: 303,
  ...more,
});
/** The page of a link in a mail. */
export const linkPage = (path: string, purpose: keyof World["tokens"], more: Partial<Route> = {}) =>
  page(path, {
    act: "link",
    fields: { token: "token" },
    values: ({ tokens }) => ({ token: tokens[purpose] }),
    empty: path === "/verify-email" ? 200 : 404,
    ...more,
  });
/** What the button of that page posts. */
export const linkForm = (path: string, purpose: keyof World["tokens"], more: Partial<Route> = {}) =>
  form(path, {
    act: "link",
    fields: { token: "token" },
    values: ({ tokens }) => ({ token: tokens[purpose] }),
    empty: path === "/verify-email" ? 422 : 404,
    ...more,
  });
/** A page of the member. */
export const own = (path: string, more: Partial<Route> = {}) => page(path, { as: "member", nobody: 303, ...more });
/** A form of the member. */
export const ownForm = (path: string, more: Partial<Route>) => form(path, { as: "member", nobody: 303, ...more });
/** A form whose act needs a fresh proof, given with it. */
export const proven = (path: string, values: Record<string, string>, more: Partial<Route> = {}) =>
  form(path, {
    act: "proof",
    as: "unproven",
    fields: { proof: "password" },
    values: ({ member }) => ({ ...values, proof: member.password }),
    nobody: 303,
    empty: 403,
    ...more,
  });
/** What programs post. */
export const api = (path: string, more: Partial<Route>): Route => ({
  method: "POST",
  path,
  type: "json",
  fields: {},
  values: none,
  status: 200,
  ...more,
});
