import { RefusedForNow } from "../../../db/refusal";
import type { Given } from "../../process/acts";
import { takeOff } from "../../account/act";
import { removeFactor } from "./factor";

/** Takes the second factor off a user's account at once, for an operator who knows whom they are talking to. */
export async function secondFactorOff({ database }: Pick<Given, "database">, off = "", email = ""): Promise<string> {
  if (off !== "off") throw new RefusedForNow("Type `bun run gatehouse second-factor off EMAIL`.");
  const isOff = await takeOff(database, { email, kind: "second_factor_off", remove: removeFactor });
  return isOff
    ? "The second factor is off, and this user is signed out everywhere."
    : "This account has no second factor.";
}
