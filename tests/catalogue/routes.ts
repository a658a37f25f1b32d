import { newPerson } from "../support/harness";
import { formWith, multipart, stripes } from "../support/pictures";
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
  /** A page, a form or an upload for people; JSON sent or asked for by programs; a probe; a file, also a saved one. */
  type: "page" | "form" | "upload" | "json" | "api" | "probe" | "file" | "icon" | "download" | "text";
  fields: Record<string, FieldKind>;
  /**
   * Whose request it is: nobody's, the member's, the member's an hour after the sign-in, the one's who just signed up,
   * or of somebody who waits for a second step, or for setting one up.
   */
  as?: "member" | "unproven" | "newcomer" | "waiting" | "settingUp";
  /** The values of a good request; those that are no fields say what is wanted. */
  values(world: World): Record<string, unknown>;
  /** The answer to the good request. */
  status: number;
  /** The answer to whoever is not signed in, where that is looked at. */
  nobody?: number;
  /** The answer when all the fields are left out, where there are any it needs. */
  empty?: number;
}

const none = () => ({});
const page = (path: string, more: Partial<Route> = {}): Route => ({
  method: "GET",
  path,
  type: "page",
  fields: {},
  values: none,
  status: 200,
  ...more,
});
const form = (path: string, more: Partial<Route>): Route => ({
  method: "POST",
  path,
  type: "form",
  fields: {},
  values: none,
  status: 303,
  ...more,
});
const linkPage = (path: string, purpose: keyof World["tokens"], more: Partial<Route> = {}) =>
  page(path, {
    act: "link",
    fields: { token: "token" },
    values: ({ tokens }) => ({ token: tokens[purpose] }),
    empty: path === "/verify-email" ? 200 : 404,
    ...more,
  });
const linkForm = (path: string, purpose: keyof World["tokens"], more: Partial<Route> = {}) =>
  form(path, {
    act: "link",
    fields: { token: "token" },
    values: ({ tokens }) => ({ token: tokens[purpose] }),
    empty: path === "/verify-email" ? 422 : 404,
    ...more,
  });
const own = (path: string, more: Partial<Route> = {}) => page(path, { as: "member", nobody: 303, ...more });
const ownForm = (path: string, more: Partial<Route>) => form(path, { as: "member", nobody: 303, ...more });
const proven = (path: string, values: Record<string, string>, more: Partial<Route> = {}) =>
  form(path, {
    act: "proof",
    as: "unproven",
    fields: { proof: "password" },
    values: ({ member }) => ({ ...values, proof: member.password }),
    nobody: 303,
    empty: 403,
    ...more,
  });
const api = (path: string, more: Partial<Route>): Route => ({
  method: "POST",
  path,
  type: "json",
  fields: {},
  values: none,
  status: 200,
  ...more,
});

const goal = "/account/email";

const secondFactorPages = [
  page("/second-step", {
    as: "waiting",
    fields: { return_to: "return_to" },
    values: () => ({ return_to: goal }),
    nobody: 303,
  }),
  page("/second-step/set-up", { as: "settingUp", nobody: 303 }),
  own("/account/security/second-factor"),
];
const secondFactorForms = [
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
    empty: 422,
  }),
  ownForm("/account/security/second-factor", {
    fields: { code: "code" },
    values: ({ secondFactor: { offered } }) => ({ act: "confirm", sealed: offered.sealed, code: offered.app.code() }),
    status: 200,
    empty: 422,
  }),
  ownForm("/account/security/recovery-codes", {
    type: "text",
    values: ({ secondFactor: { offered } }) => ({ sealed: offered.sealedCodes }),
    status: 200,
  }),
];

/** Of GET and HEAD nothing changes anything; each POST but the download changes something. */
export const routes: readonly Route[] = [
  page("/", { status: 303, nobody: 303 }),
  page("/sign-in", { fields: { return_to: "return_to" }, values: () => ({ return_to: goal }), nobody: 200 }),
  page("/sign-up", { fields: { return_to: "return_to" }, values: () => ({ return_to: goal }), nobody: 200 }),
  own("/sign-out", { fields: { return_to: "return_to" }, values: () => ({ return_to: goal }) }),
  page("/forgot-password"),
  page("/verify-email", { fields: { return_to: "return_to" }, values: () => ({ return_to: goal }), nobody: 200 }),
  linkPage("/verify-email", "verify"),
  linkPage("/reset-password", "reset"),
  linkPage("/confirm-email", "confirm_email", { as: "member", nobody: 303 }),
  linkPage("/undo-email", "undo_email"),
  linkPage("/not-me", "not_me"),
  linkPage("/keep-second-factor", "keep_factor"),
  ...secondFactorPages,
  own("/account"),
  own("/account/profile"),
  page("/account/picture", { status: 303 }),
  page("/account/picture/upload", { status: 303 }),
  own("/account/email"),
  own("/account/password"),
  own("/account/sessions"),
  own("/account/activity", { fields: { before: "id" }, values: () => ({ before: "1000" }) }),
  own("/account/export"),
  own("/account/delete"),
  page("/.well-known/change-password", { status: 303 }),
  page("/favicon.ico", { type: "icon" }),
  page("/apple-touch-icon.png", { type: "icon" }),
  page("/dev/mail"),
  page("/dev/mail/{id}", { fields: { id: "id" }, values: ({ mail }) => ({ id: mail }) }),
  page("/livez", { type: "probe" }),
  page("/readyz", { type: "probe" }),
  page("/pictures/{file}", { type: "file", fields: { file: "id" }, values: ({ picture }) => ({ file: picture }) }),
  page("/assets/{file}", { type: "file", fields: { file: "id" }, values: ({ asset }) => ({ file: asset }) }),
  page("/api/session", { type: "api", as: "member", nobody: 401 }),
  page("/api/forward-auth", { type: "api", as: "member", status: 204, nobody: 401 }),
  { method: "OPTIONS", path: "/api/session", type: "api", fields: {}, values: none, status: 204 },
  page("/api/auth/get-session", { type: "api", as: "member", nobody: 200 }),

  form("/sign-in", {
    fields: { email: "email", password: "password", return_to: "return_to", remember: "remember" },
    values: ({ member: { email, password } }) => ({ email, password, remember: "on", return_to: goal }),
    empty: 422,
  }),
  form("/sign-up", {
    fields: { name: "name", email: "email", password: "new password", return_to: "return_to" },
    values: () => ({ ...newPerson(), return_to: goal }),
    empty: 422,
  }),
  form("/password-strength", {
    fields: { name: "name", email: "email", password: "new password" },
    values: () => ({ ...newPerson() }),
    status: 200,
  }),
  ownForm("/sign-out", { fields: { return_to: "return_to" }, values: () => ({ return_to: "/sign-up" }) }),
  form("/forgot-password", { fields: { email: "email" }, values: ({ member: { email } }) => ({ email }), empty: 422 }),
  form("/reset-password", {
    fields: { token: "token", password: "new password" },
    values: ({ tokens }) => ({ token: tokens.reset, password: "a newly chosen pass phrase" }),
    empty: 404,
  }),
  form("/verify-email", {
    as: "newcomer",
    fields: { email: "email", code: "code", return_to: "return_to" },
    values: ({ newcomer: { email, code } }) => ({ email, code, return_to: goal }),
    empty: 422,
  }),
  form("/verify-email", {
    act: "resend",
    fields: { email: "email", return_to: "return_to" },
    values: ({ newcomer: { email } }) => ({ email, resend: "on", return_to: goal }),
    empty: 422,
  }),
  linkForm("/verify-email", "verify"),
  linkForm("/confirm-email", "confirm_email", { as: "member", nobody: 303 }),
  linkForm("/undo-email", "undo_email"),
  linkForm("/not-me", "not_me"),
  linkForm("/keep-second-factor", "keep_factor"),
  ...secondFactorForms,
  ownForm("/account/profile", { fields: { name: "name" }, values: () => ({ name: "Somebody Else" }), empty: 422 }),
  ownForm("/account/picture", {}),
  ownForm("/account/picture/upload", { type: "upload" }),
  ownForm("/account/email", {
    fields: { email: "email" },
    values: () => ({ email: "elsewhere@example.org" }),
    empty: 422,
  }),
  ownForm("/account/password", {
    fields: { current: "password", password: "new password" },
    values: ({ member }) => ({ current: member.password, password: "a newly chosen pass phrase", others: "on" }),
    empty: 422,
  }),
  ownForm("/account/sessions", { fields: { id: "id" }, values: ({ ids }) => ({ id: ids.own }), empty: 400 }),
  ownForm("/account/sessions", { act: "others", values: () => ({ others: "on" }) }),
  ownForm("/account/export", { type: "download", status: 200 }),
  ownForm("/account/delete", {}),
  proven("/account/email", { email: "elsewhere@example.org" }, { empty: 422 }),
  proven("/account/sessions", { others: "on" }, { empty: 400 }),
  proven("/account/export", {}),
  proven("/account/delete", {}),

  api("/api/auth/sign-in/email", {
    fields: { email: "email", password: "password", rememberMe: "remember", callbackURL: "return_to" },
    values: ({ member: { email, password } }) => ({ email, password, rememberMe: true, callbackURL: goal }),
    empty: 400,
  }),
  api("/api/auth/sign-up/email", {
    fields: { name: "name", email: "email", password: "new password", image: "image", callbackURL: "return_to" },
    values: () => ({ ...newPerson(), callbackURL: goal }),
    empty: 400,
  }),
  api("/api/auth/sign-out", { as: "member", nobody: 200 }),
];

/** One request, as it goes out: a header that is undefined is left out. */
export interface Sent {
  method: string;
  path: string;
  headers: Record<string, string | undefined>;
  body?: string | Uint8Array<ArrayBuffer>;
}

/** The good request of a route, or one that is good but for these values. */
export function requestTo(route: Route, world: World, values: Record<string, unknown> = route.values(world)): Sent {
  const cookie =
    route.as &&
    {
      member: world.cookie,
      unproven: world.unproven,
      newcomer: world.newcomerCookie,
      waiting: world.secondFactor.waiting.cookie,
      settingUp: world.secondFactor.settingUp.cookie,
    }[route.as];
  const given = new Map(Object.entries(values));
  const path = route.path.replace(/\{(\w+)\}/, (_, name: string) => {
    const value = encodeURIComponent(String(given.get(name)));
    given.delete(name);
    return value;
  });
  if (route.method !== "POST") {
    const query = asForm(Object.fromEntries(given));
    return { method: route.method, path: query ? `${path}?${query}` : path, headers: { cookie } };
  }
  const headers = { cookie, origin: world.gatehouse.origin };
  if (route.type === "upload")
    return { method: "POST", path, headers: { ...headers, "content-type": multipart }, body: formWith(stripes()) };
  const type = route.type === "json" ? "application/json" : "application/x-www-form-urlencoded";
  const body = route.type === "json" ? JSON.stringify(values) : asForm(values);
  return { method: "POST", path, headers: { ...headers, "content-type": type }, body };
}

/** Fields as a form writes them: any Unicode, half characters too. */
export const asForm = (values: Record<string, unknown>): string =>
  new URLSearchParams(Object.entries(values).map(([name, value]) => [name, String(value)])).toString();

/** What a route is called in a failure. */
export const titleOf = ({ method, path, act }: Route): string => `${method} ${path}${act ? ` (${act})` : ""}`;
