import { expect, test } from "bun:test";
import { pageWords } from "../../src/capabilities/administration/words/pages/index";
import { words as factorWords } from "../../src/capabilities/two-factor/words/index";
import { languages, type Language } from "../../views/words/index";

/** The administration calls things what their owners read on their own pages, in every language. */

test.each(Object.keys(languages) as Language[])("one thing has one name on all pages: %s", (language) => {
  const { acts, people, person, badges, invitations, form } = pageWords[language];
  const { title } = factorWords[language];
  const name = title.toLowerCase();
  expect(person.factor).toBe(title);
  const sayings = [...Object.values(acts["second-factor-off"]), people.filters.factor, people.filters["no-factor"]];
  expect(sayings.filter((saying) => !saying.toLowerCase().includes(name))).toEqual([acts["second-factor-off"].text]);
  expect(name).toContain(badges.factor.toLowerCase());
  const { account, email } = languages[language];
  expect([invitations.email, form.email]).toEqual([account.sections.email, email.newEmail]);
});
