import { Elysia } from "elysia";
import { AccountPage, NameForm, type AccountProps } from "../../views/account";
import { withReturnTo } from "../../views/kit";
import { noticeIn } from "../address";
import { name } from "../fields";
import { firstProblem, readForm } from "../form";
import { formAnswer, fragment, page, seeOther, wantsFragment } from "../html";
import { statusOf, type Problem } from "../problem";
import type { SignedIn } from "../session/check";
import { homePath, type PageNeeds } from "./needs";

/** `/account`: who you are here; your name can be changed. Strangers are sent to sign in, and come back. */
export function accountPage(needs: PageNeeds) {
  const { frame, check, door } = needs;
  return new Elysia({ name: "page/account" })
    .get("/account", async ({ request }) => {
      const signedIn = await check(request.headers.get("cookie"));
      if (!signedIn) return signInFirst(request);
      const cookies = await door.refresh(request); // whoever comes by stays signed in
      return page(AccountPage({ ...facts(frame, signedIn), state: {}, notice: noticeIn(request, ["name_saved"]) }), { cookies });
    })
    .post("/account", ({ request }) => saveName(request, needs), { parse: "none" });
}

async function saveName(request: Request, { config, frame, door, check, answerProblem }: PageNeeds) {
  const form = await readForm(request, config.origin);
  if ("problem" in form) return answerProblem(request, form);
  const signedIn = await check(request.headers.get("cookie"));
  if (!signedIn) return signInFirst(request);
  const props = facts(frame, signedIn);
  const again = (at: "name" | "form", { problem, retryAfterSeconds }: Problem) => {
    const state = { values: { name: form.get("name") }, problems: { [at]: problem }, retryAfterSeconds };
    const views = { form: () => NameForm({ ...props, state }), page: () => AccountPage({ ...props, state }) };
    return formAnswer(request, views, { status: statusOf[problem], retryAfterSeconds });
  };

  const typed = name.safeParse(form.get("name"));
  if (!typed.success) return again("name", firstProblem(typed.error));
  const saved = await door.submit(request, "/update-user", { name: typed.data });
  if (!saved.done) return saved.problem === "signed_out" ? signInFirst(request) : again("form", saved);
  if (!wantsFragment(request)) return seeOther(request, `${homePath}?notice=name_saved`, saved.cookies);
  return fragment(NameForm({ ...props, owner: { ...props.owner, name: typed.data }, state: {}, notice: "name_saved" }), { cookies: saved.cookies });
}

const facts = (frame: AccountProps["frame"], { user, session }: SignedIn) => ({
  frame,
  owner: user,
  signedInUntil: session.expiresAt,
});

const signInFirst = (request: Request) => seeOther(request, withReturnTo("/sign-in", homePath));
