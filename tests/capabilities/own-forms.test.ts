import { afterAll, beforeAll, expect, test } from "bun:test";
import { capabilities } from "../../src/capabilities/index";
import { newFactorOwner } from "../support/authenticator-app";
import { giveRole } from "../support/golden";
import { startGatehouse, type Gatehouse, type Got } from "../support/harness";
import { add } from "../support/passkeys";

/** Two accounts in one browser, one after the other: a form that is still open does nothing to the later one. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({}, undefined, capabilities);
});
afterAll(() => gatehouse.close());

const factor = "/account/security/second-factor";
const passkeys = "/account/security/passkeys";

/** The forms of a page as they would be sent, but for the one that signs out. */
const formsOf = ({ page }: Got) =>
  page.querySelectorAll("form[method=post]").flatMap((form) => {
    const action = form.getAttribute("action") ?? "";
    const inputs = form.querySelectorAll("input");
    const fields = inputs.map((input) => [input.getAttribute("name"), input.getAttribute("value") ?? ""]);
    return action === "/sign-out" ? [] : [{ action, fields: Object.fromEntries(fields) as Record<string, string> }];
  });

const idOf = async (email: string) =>
  (await gatehouse.rows<{ id: string }>(`select id from "user" where email = $1`, [email]))[0]?.id ?? "";

/** Somebody with everything that the pages have a form for. */
async function newOwner() {
  const { visitor, person, app } = await newFactorOwner(gatehouse);
  const { email } = person;
  const id = await idOf(email);
  await giveRole(gatehouse, email);
  await add(visitor);
  await visitor.post("/account/email", { email: `new.${email}` });
  await gatehouse.visitor().signIn(person);
  const statements = [
    `update "user" set image = '/pictures/one.webp' where id = $1`,
    `insert into session (id, token, user_id, expires_at) values ('other', 'other', $1, now() + interval '1 day')`,
    `insert into gatehouse.factor_loss (user_id, language, due_at) values ($1, 'en', now() + interval '1 day')`,
    `insert into gatehouse.trusted_browser (user_id, device_hash, password_mark, until)
      select user_id, hash, '', now() + interval '1 day' from gatehouse.device where user_id = $1`,
  ];
  for (const statement of statements) await gatehouse.rows(statement, [id]);
  const [passkey] = await gatehouse.rows<{ id: string }>("select id from gatehouse.passkey where user_id = $1", [id]);
  return { visitor, person, app, id, passkeyId: passkey?.id ?? "" };
}

type Owner = Awaited<ReturnType<typeof newOwner>>;

const plainPages = ["", "/profile", "/email", "/password", "/sessions", "/activity", "/export", "/delete?step=sure"];

/** Every form of an owner's pages; their second factor is off afterwards. */
async function formsOfOwner({ visitor, app, passkeyId }: Owner, otherId: string) {
  const pages = [
    ...plainPages.map((path) => `/account${path}`),
    ...[factor, passkeys, `${passkeys}/${passkeyId}`, `${passkeys}/offer`],
    ...[`/admin/people/${otherId}/suspend`, "/admin/invitations", "/admin/invitations?revoke=somebody@example.org"],
  ];
  const seen = [];
  for (const path of pages) seen.push(...formsOf(await visitor.get(path)));
  for (const act of ["change", "codes", "off"]) seen.push(...formsOf(await visitor.post(factor, { act })));
  seen.push(...formsOf(await visitor.post(factor, { act: "change", code: app.recovery[0] ?? "" })));
  seen.push(...formsOf(await visitor.post(factor, { act: "codes", code: app.code() })));
  await visitor.post(factor, { act: "off", code: app.code(1) });
  seen.push(...formsOf(await visitor.get(factor)));
  await gatehouse.rows("update session set created_at = now() - interval '16 minutes'");
  return [...seen, ...formsOf(await visitor.get("/account/delete?step=sure"))];
}

/** The forms of an account that is closing. */
async function formsOfClosing() {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  await visitor.post("/account/delete", {});
  await visitor.signIn(person);
  return { forms: formsOf(await visitor.get("/account/delete")), email: person.email };
}

const nameless = (forms: ReturnType<typeof formsOf>, email: string) =>
  forms.filter(({ fields }) => fields.account !== email);

test("each form of an account names it, and does nothing to whoever is signed in by the time it is sent", async () => {
  const owner = await newOwner();
  const other = await gatehouse.visitor().join();
  const otherId = await idOf(other.email);
  const forms = await formsOfOwner(owner, otherId);
  const closing = await formsOfClosing();
  expect([nameless(forms, owner.person.email), nameless(closing.forms, closing.email)]).toEqual([[], []]);
  expect([new Set(forms.map(({ action }) => action)).size, closing.forms.length]).toEqual([15, 2]);

  const { visitor } = owner;
  await visitor.post("/sign-out", {});
  await visitor.signIn(other);
  await giveRole(gatehouse, other.email);
  const facts = () =>
    gatehouse.rows(
      `select u.*, (select count(*)::int from gatehouse.event e where e.user_id = u.id) as events,
        (select array_agg(id order by id) from session s where s.user_id = u.id) as sessions
        from "user" u where id = $1`,
      [otherId],
    );
  const before = await facts();
  for (const { action, fields } of [...forms, ...closing.forms]) {
    if (action === "/account/picture/upload") continue; // which is sent in another way
    const got = await visitor.post(action, { ...fields, proof: other.password, code: "000000" });
    expect([action, got.status, got.location]).toEqual([action, 303, "/account?notice=page_old"]);
  }
  expect(await facts()).toEqual(before);
});
