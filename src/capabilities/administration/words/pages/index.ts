import type { Language } from "../../../../http/language";
import { de } from "./de";
import { deFormal } from "./de-formal";
import { en } from "./en";
import { es } from "./es";
import { fr } from "./fr";

/** The words of the pages of the administration in every language. */
export const pageWords = { en, de, "de-formal": deFormal, fr, es } satisfies Record<Language, typeof en>;

/** What is said in a language. */
export type { PageWords } from "./en";
