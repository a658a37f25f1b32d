import { Elysia } from "elysia";
import { AccountPage, NameForm, type AccountProps } from "../../../views/account";
import { deletionOf } from "../../account/deletion";
import { noticeIn } from "../../http/return-to";
import { name } from "../../guard/fields";
import { firstProblem } from "../../http/form";
import { formAnswer, fragment, page, seeOther, wantsFragment } from "../../http/html";
import { statusOf, type Problem } from "../../http/problem";
import { homePath, type PageNeeds } from "../needs";
import { forOwner, readAct, signInFirst } from "./act";

/** `/account`: who you are here; your name can be changed. Strangers are sent to sign in, and come back. */
export function profilePage(needs: PageNeeds) {
  const { frame, door, account } = needs;
  return new Elysia({ name: "page/account" })
    .get(
      "/account",
      forOwner(needs, async (request, signedIn) => {
        if (await deletionOf(account.database, signedIn.user.id)) return seeOther(request, "/account/delete"); // the first thing to decide
        const cookies = await door.refresh(request); // whoever comes by stays signed in
        const notice = noticeIn(request, ["name_saved", "picture_removed", "email_verified", "deletion_stopped"]);
        return page(AccountPage({ frame: frame(request), owner: signedIn.user, state: {}, notice }), { cookies });
      }),
    )
    .post("/account", ({ request }) => saveName(request, needs), { parse: "none" });
}

async function saveName(request: Request, needs: PageNeeds) {
  const act = await readAct(request, needs);
  if (act instanceof Response) return act;
  const { form, signedIn } = act;
  const props: Omit<AccountProps, "state"> = { frame: needs.frame(request), owner: signedIn.user };
  const again = (at: "name" | "form", { problem, retryAfterSeconds }: Problem) => {
    const state = { values: { name: form.get("name") }, problems: { [at]: problem }, retryAfterSeconds };
    return formAnswer(request, { form: NameForm, page: AccountPage }, { ...props, state }, statusOf[problem]);
  };

  const typed = name.safeParse(form.get("name"));
  if (!typed.success) return again("name", firstProblem(typed.error));
  const held = await needs.account.throttle.take([{ kind: "change", key: `name ${signedIn.user.id}` }]);
  if (held) return again("form", held);
  const saved = await needs.door.submit(request, "/update-user", { name: typed.data });
  if (!saved.done) return saved.problem === "signed_out" ? signInFirst(request) : again("form", saved);
  if (!wantsFragment(request)) return seeOther(request, `${homePath}?notice=name_saved`, saved.cookies);
  return fragment(
    NameForm({ ...props, owner: { ...props.owner, name: typed.data }, state: {}, notice: "name_saved" }),
    { cookies: saved.cookies },
  );
}
