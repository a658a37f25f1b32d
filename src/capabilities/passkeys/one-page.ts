import type * as z from "zod";
import { noteRefusedAccess } from "../../account/access";
import { profileChange } from "../../guard/fields";
import { firstProblem, problemAt } from "../../http/form";
import { formAnswer, page, seeOther } from "../../http/html";
import type { Visit } from "../../http/visit";
import { takeDraft } from "../../pages/draft";
import { factorsToOpen, forOwner, onOwnerForm, requireFreshSignIn } from "../../pages/account/owner";
import { signInFirst, type OwnerPost } from "../../pages/account/owner";
import { rawBody, routesOf } from "../../pages/services";
import type { Refused } from "../../result";
import { listPath, type Parts } from "./parts";
import { passkeysOf, removePasskey, renamePasskey, type PasskeyEntry } from "./passkeys";
import { PasskeyPage, RemoveForm, RenameForm } from "./views";
import { words } from "./words";

/** `/account/security/passkeys/:id`: another name for one passkey, or its end. */
export const onePage = (parts: Parts) =>
  routesOf("account/passkey")
    .get(
      "/account/security/passkeys/:id",
      forOwner((visit, { user }) => show(visit, parts, user.id)),
    )
    .post(
      "/account/security/passkeys/:id",
      onOwnerForm(parts.services, (post) => change(post, parts)),
      rawBody,
    );

/** The passkey of the path, when it is this user's. */
async function found(
  visit: Visit,
  { services, relyingParty }: Parts,
  userId: string,
): Promise<PasskeyEntry | undefined> {
  const id = new URL(visit.request.url).pathname.slice(listPath.length + 1);
  const all = await passkeysOf(services.database.orm, userId, relyingParty.id);
  const own = all.find((passkey) => passkey.id === id);
  if (!own) noteRefusedAccess(services, visit, { userId, why: "not_own" });
  return own;
}

async function show(visit: Visit, parts: Parts, userId: string) {
  const passkey = await found(visit, parts, userId);
  if (!passkey) return parts.services.answerProblem(visit, { problem: "not_found" });
  const { typed, cookies } = takeDraft(visit, parts.services);
  return page(PasskeyPage({ ...propsOf(visit, parts, passkey), state: { values: typed } }), { cookies });
}

const propsOf = (visit: Visit, { services }: Parts, passkey: PasskeyEntry) => ({
  ...{ frame: services.frame(visit), own: words[visit.language], list: listPath, passkey },
});

/** Where two factors are required, the password sets up another second factor once the last one is gone. */
const factorsToRemove = async (services: Parts["services"], userId: string) =>
  services.leastFactors > 1 ? factorsToOpen(services, userId) : 1;

/** As a user's own name may be, but shorter. */
const newName = profileChange.refine(({ name }) => [...name].length <= 60);

/** What is wrong with a name: invisible characters are told as such, because nobody finds them otherwise. */
function wrongIn(error: z.ZodError, { refuse }: Parts["tools"]): Refused {
  const wrong = firstProblem(error);
  return wrong.problem === "name_unprintable" ? wrong : refuse("passkey_name");
}

async function change(post: OwnerPost, parts: Parts) {
  const { visit, form, signedIn, current } = post;
  const { services, tools, relyingParty } = parts;
  const passkey = await found(visit, parts, current.userId);
  if (!passkey) return services.answerProblem(visit, { problem: "not_found" });
  const { purposes } = words[visit.language];
  const isRemoval = form.get("remove") === "on";
  const name = newName.safeParse({ name: form.get("name") });
  const again = (field: "name" | "form", problem: Refused) => {
    const state = { values: { name: form.get("name") }, ...problemAt(field, problem) };
    const props = { ...propsOf(visit, parts, passkey), isRemoval, state };
    return formAnswer(visit, { form: isRemoval ? RemoveForm : RenameForm, page: PasskeyPage }, props);
  };
  if (!isRemoval && !name.success) return again("name", wrongIn(name.error, tools));
  const wanted = isRemoval
    ? { fields: ["remove"], purpose: purposes.remove, factors: await factorsToRemove(services, current.userId) }
    : { fields: ["name"], purpose: purposes.rename };
  const fresh = await requireFreshSignIn(services, post, wanted);
  if (fresh instanceof Response) return fresh;
  const about = { visit, current: fresh.current, email: signedIn.user.email, id: passkey.id };
  const changed = isRemoval
    ? await removePasskey(services, tools, { ...about, rpId: relyingParty.id })
    : await renamePasskey(services, tools, { ...about, name: name.data?.name ?? passkey.name });
  if (changed.ok) return seeOther(visit, `${listPath}?notice=${isRemoval ? "removed" : "renamed"}`);
  if (changed.problem === "signed_out") return signInFirst(visit);
  return again("form", changed);
}
