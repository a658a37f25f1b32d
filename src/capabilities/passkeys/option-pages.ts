import { noteRefusedAccess } from "../../account/access";
import { factorsToOpen, isEnough, onOwnerForm, forOwner, type OwnerPost } from "../../pages/account/owner";
import type { Visit } from "../../http/visit";
import { rawBody, routesOf } from "../../pages/services";
import { browserOf, makeChallenge, type Occasion } from "./challenges";
import { creationOptions, descriptorsOf, handleOf, requestOptions } from "./options";
import type { Parts } from "./parts";

/**
 * What the script asks the browser for, as JSON. For a sign-in it costs no look at the database, whoever asks and how
 * often.
 */
export const optionPages = (parts: Parts) =>
  routesOf("passkey-options")
    .get("/sign-in/passkey/options", ({ visit }) => tell(visit, parts, { act: "sign-in", userId: "" }))
    .get(
      "/account/security/passkeys/proof",
      forOwner((visit, { user }) => tell(visit, parts, { act: "prove", userId: user.id })),
    )
    .post(
      "/account/security/passkeys/options",
      onOwnerForm(parts.services, (post) => tellNew(post, parts)),
      rawBody,
    );

async function tell(visit: Visit, parts: Parts, { act, userId }: Omit<Occasion, "browser">) {
  const { services, relyingParty } = parts;
  const allowed = userId === "" ? undefined : await descriptorsOf(services.database.orm, userId, relyingParty.id);
  return withChallenge(visit, parts, {
    act,
    userId,
    make: (challenge) => requestOptions(relyingParty, challenge, allowed),
  });
}

/** Only for whoever has just proved who they are; to anybody else the form says so. */
async function tellNew({ visit, signedIn }: OwnerPost, parts: Parts) {
  const { services, relyingParty } = parts;
  const { orm } = services.database;
  const { user } = signedIn;
  if (!(await isEnough(services, signedIn, await factorsToOpen(services, user.id)))) {
    noteRefusedAccess(services, visit, { userId: user.id, why: "no_proof" });
    return services.answerProblem(visit, { problem: "proof_needed" });
  }
  const [handle, excluded] = [await handleOf(orm, user.id), await descriptorsOf(orm, user.id, relyingParty.id)];
  const make = (challenge: string) => creationOptions(relyingParty, { challenge, user, handle, excluded });
  return withChallenge(visit, parts, { act: "add", userId: user.id, make });
}

/** Options with a new challenge, in which the browser is written that asks. */
export function withChallenge(
  visit: Visit,
  { services, tools }: Parts,
  { make, ...about }: Omit<Occasion, "browser"> & { make(challenge: string): object },
): Response {
  const { browser, cookie } = browserOf(visit, services.config);
  const options = make(makeChallenge(tools.keys("challenge"), { ...about, browser }));
  return Response.json(options, { headers: { "set-cookie": cookie, "cache-control": "no-store" } });
}
