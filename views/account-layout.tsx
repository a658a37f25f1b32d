import type { Children } from "@kitajs/html";
import { Form, SubmitButton } from "./kit";
import { Notice } from "./problems";
import { Layout, type PageContext } from "./layout";
import type { NoticeKey, Words } from "./words";

type Section = keyof Words["account"]["sections"];

export interface AccountLayoutProps {
  frame: PageContext;
  here: Section;
  notice?: NoticeKey;
  children: Children;
}

const sections: Section[] = ["profile", "email", "password", "sessions", "activity", "export", "delete"];
const pathOf = (section: Section) => (section === "profile" ? "/account" : `/account/${section}`);

/** A page of the account: the list of its sections, the way out, and the section itself. */
export function AccountLayout({ frame, here, notice, children }: AccountLayoutProps) {
  const { words } = frame;
  const title = here === "profile" ? words.account.title : words.account.sections[here];
  return (
    <Layout frame={frame} title={title}>
      <div class="account">
        <nav aria-label={words.account.title}>
          <ul>
            {sections.map((section) => (
              <li>
                <a href={pathOf(section)} aria-current={section === here ? "page" : undefined} safe>
                  {words.account.sections[section]}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div class="content">
          <h1 safe>{title}</h1>
          <Notice text={notice && words.notices[notice]} />
          {children as "safe"}
        </div>
        <Form id="sign-out" action="/sign-out">
          <SubmitButton kind="secondary" label={words.signOut.action} working={words.signOut.working} />
        </Form>
      </div>
    </Layout>
  );
}
