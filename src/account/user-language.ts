import { eq } from "drizzle-orm";
import { userLanguage } from "../../db/own-tables";
import type { Orm } from "../../db/types";
import { firstOffered, type Language } from "../http/language";
import type { Config } from "../settings/config";

/** Keeps in which language somebody reads. */
export async function keepLanguage(inner: Orm, userId: string, language: Language): Promise<void> {
  await inner
    .insert(userLanguage)
    .values({ userId, language })
    .onConflictDoUpdate({ target: userLanguage.userId, set: { language } });
}

/**
 * The language of a mail to somebody who did nothing at that moment: the one in which they read, among those that are
 * offered; the first of these where none is known.
 */
export async function languageOfUser(inner: Orm, userId: string, config: Pick<Config, "languages">): Promise<Language> {
  const { language } = userLanguage;
  const [kept] = await inner.select({ language }).from(userLanguage).where(eq(userLanguage.userId, userId));
  return firstOffered(kept ? [kept.language] : [], config);
}
