import type { Language } from "../../../http/language";
import { de } from "./de";
import { formal } from "./de-formal";
import { en, type FactorWords } from "./en";
import { es } from "./es";
import { fr } from "./fr";

/** What the second factor says, in every language. */
export const words = { en, de, "de-formal": formal, fr, es } satisfies Record<Language, FactorWords>;
