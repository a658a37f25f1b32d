import { takeOff } from "../../account/act";
import { noSuchVerb, type Given } from "../../process/acts";
import { typedIn } from "../../process/typed";
import { factorRemoval } from "./factor";

/** Takes the second factor off a user's account at once, for an operator who knows whom they are talking to. */
export async function secondFactorOff(given: Given, ...words: string[]): Promise<string> {
  const { values, options } = typedIn(words);
  const [off = "", who = ""] = values;
  if (off !== "off") throw noSuchVerb();
  const isOff = await takeOff(given, { ...factorRemoval, who, reason: options.reason });
  return isOff
    ? "The second factor is off, and this user is signed out everywhere."
    : "This account has no second factor.";
}
