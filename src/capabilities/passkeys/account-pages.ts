import * as z from "zod";
import { withReturnTo } from "../../../views/kit";
import { problemAt } from "../../http/form";
import { formAnswer, page, seeOther } from "../../http/html";
import type { Visit } from "../../http/visit";
import { factorsToOpen, forOwner, onOwnerForm, requireFreshSignIn } from "../../pages/account/owner";
import { signInFirst, type OwnerPost } from "../../pages/account/owner";
import { rawBody, routesOf } from "../../pages/services";
import { listPath, type Parts } from "./parts";
import { riskOf } from "./way";
import { addPasskey, mostPasskeys, passkeysOf } from "./passkeys";
import { receiveNew } from "./receive";
import { signalsOf } from "./signals";
import { AddForm, PasskeysPage, type PasskeysProps } from "./views";
import { words } from "./words";

/** `/account/security/passkeys`: what there is; one more can be added. */
export const listPage = (parts: Parts) =>
  routesOf("account/passkeys")
    .get(
      "/account/security/passkeys",
      forOwner((visit, { user }) => show(visit, parts, user.id)),
    )
    .post(
      "/account/security/passkeys",
      onOwnerForm(parts.services, (post) => add(post, parts)),
      rawBody,
    );

const noticeOf = z.enum(["ready", "added", "renamed", "removed"]).optional().catch(undefined);

async function show(visit: Visit, parts: Parts, userId: string) {
  const notice = noticeOf.parse(new URL(visit.request.url).searchParams.get("notice") ?? undefined);
  const returnTo = parts.services.returnTo(visit);
  return page(PasskeysPage({ ...(await propsOf(visit, parts, userId)), notice, returnTo }));
}

async function propsOf(
  visit: Visit,
  { services, script, relyingParty }: Parts,
  userId: string,
): Promise<PasskeysProps> {
  const { orm } = services.database;
  const passkeys = await passkeysOf(orm, userId, relyingParty.id);
  const { isAlone } = await riskOf(services, { userId, count: passkeys.length });
  const backing = services.ways.find(({ role }) => role === "backs");
  return {
    ...{ frame: services.frame(visit), own: words[visit.language], script, path: listPath, most: mostPasskeys },
    ...{ passkeys, isAlone, backing: backing?.lacking(visit.language) },
    signals: await signalsOf(orm, relyingParty, { userId, passkeys }),
    state: {},
  };
}

/** A form without a passkey only asks whether one may be added now: then the script asks the browser for one. */
async function add(post: OwnerPost, parts: Parts) {
  const { visit, form, signedIn } = post;
  const { services, tools, relyingParty } = parts;
  const purpose = words[visit.language].purposes.add;
  const factors = await factorsToOpen(services, signedIn.user.id);
  const fresh = await requireFreshSignIn(services, post, { fields: ["new", "return_to"], purpose, factors });
  if (fresh instanceof Response) return fresh;
  const { current } = fresh;
  const value = form.get("new");
  const next = services.returnTo(visit, form); // from the page that offers one, on the way to somewhere
  if (value === "") return seeOther(visit, withReturnTo(`${listPath}?notice=ready`, next));
  const received = await receiveNew(visit, parts, { value, act: "add", userId: current.userId });
  const about = { visit, current, email: signedIn.user.email, rpId: relyingParty.id };
  const added = received.ok ? await addPasskey(services, tools, { ...received.value, ...about }) : received;
  if (added.ok) return seeOther(visit, next ?? `${listPath}?notice=added`);
  if (added.problem === "signed_out") return signInFirst(visit);
  const props = { ...(await propsOf(visit, parts, current.userId)), returnTo: next, state: problemAt("form", added) };
  return formAnswer(visit, { form: AddForm, page: PasskeysPage }, props);
}
