import type { Children } from "@kitajs/html";
import { Form, SubmitButton } from "./kit";
import { Notice } from "./problems";
import { attribute, Layout, type PageContext, type Section } from "./layout";
import type { NoticeKey, Words } from "./words";

export interface AccountLayoutProps {
  frame: PageContext;
  /** The path of the section that is shown. */
  here: string;
  notice?: NoticeKey;
  children: Children;
}

/** The sections of the core, in the order in which they are shown. */
export function coreSections({ account: { sections } }: Words): Section[] {
  return [
    { path: "/account", title: sections.profile },
    { path: "/account/email", title: sections.email },
    { path: "/account/password", title: sections.password },
    { path: "/account/sessions", title: sections.sessions },
    { path: "/account/activity", title: sections.activity },
    { path: "/account/export", title: sections.export },
    { path: "/account/delete", title: sections.delete },
  ];
}

/** A page of the account: the list of its sections, the way out, and the section itself. */
export function AccountLayout({ frame, here, notice, children }: AccountLayoutProps) {
  const { words, sections } = frame;
  const title = here === "/account" ? words.account.title : sections.find(({ path }) => path === here)?.title;
  return (
    <Layout frame={frame} title={title ?? words.account.title}>
      <div class="account">
        <nav aria-label={words.account.title}>
          <ul>
            {sections.map((section) => (
              <li>
                <a href={attribute(section.path)} aria-current={section.path === here ? "page" : undefined} safe>
                  {section.title}
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
