import type { Children } from "@kitajs/html";
import { Avatar } from "./avatar";
import { Icon } from "./icons";
import { Button, Form } from "./kit";
import { attribute, Brand, Document, type PageContext, type Section } from "./layout";
import type { NoticeKey, Words } from "./words";
import { Notice } from "./problems";
import { Written } from "./sentence";
import { titled } from "./titled";

interface AccountLayoutProps {
  frame: PageContext;
  /** The path of the section that is shown. */
  here: string;
  /** What the list of sections is called, where that is not the account. */
  area?: string;
  /** The page's title, where it is not that of its section. */
  title?: string;
  /** What stands above everything else in place of the title alone. */
  head?: Children;
  lead?: Children;
  notice?: NoticeKey;
  wrong?: boolean;
  children: Children;
}

/** A page of the account: who it belongs to, the list of its sections, the way out, and the section itself. */
export function AccountLayout({ frame, here, head, lead, notice, wrong, children, ...given }: AccountLayoutProps) {
  const { words, sections } = frame;
  const title = given.title ?? sections.find(({ path }) => path === here)?.title ?? words.account.title;
  return (
    <Document frame={frame} title={title} wrong={wrong} hasLists>
      <Bar frame={frame} />
      <div class="wrap">
        <Sections area={given.area ?? words.account.title} sections={sections} here={here} />
        <main id="content" class="content" tabindex="-1">
          {head ? (head as "safe") : <h1 safe>{titled(title)}</h1>}
          {lead ? <p class="lead">{lead as "safe"}</p> : ""}
          <Notice text={notice && words.notices[notice]} takesFocus isNeutral={notice === "page_old"} />
          {children as "safe"}
        </main>
        <Form id="sign-out" action="/sign-out">
          <Button kind="quiet" icon="signOut" label={words.signOut.action} working={words.signOut.working} />
        </Form>
      </div>
    </Document>
  );
}

/** The sections of the core, in the order in which they are shown. */
export function coreSections({ account: { sections } }: Words): Section[] {
  return [
    { path: "/account", title: sections.overview, icon: "overview" },
    { path: "/account/profile", title: sections.profile, icon: "profile" },
    { path: "/account/email", title: sections.email, icon: "mail" },
    { path: "/account/password", title: sections.password, icon: "password" },
    { path: "/account/sessions", title: sections.sessions, icon: "computer" },
    { path: "/account/activity", title: sections.activity, icon: "activity" },
    { path: "/account/export", title: sections.export, icon: "download" },
    { path: "/account/delete", title: sections.delete, icon: "trash" },
  ];
}

function Bar({ frame }: { frame: PageContext }) {
  const { words, home, owner } = frame;
  return (
    <header class="bar">
      <Brand frame={frame} />
      {home ? <WayBack words={words} home={home} /> : ""}
      {owner ? <Avatar owner={owner} /> : ""}
    </header>
  );
}

function WayBack({ words, home }: { words: Words; home: { url: string; name: string } }) {
  return (
    <a class="button secondary" href={attribute(home.url)}>
      <Icon name="back" />
      <span>
        <Written text={words.common.backTo(home.name)} />
      </span>
    </a>
  );
}

function Sections({ area, sections, here }: { area: string; sections: Section[]; here: string }) {
  return (
    <nav aria-label={attribute(area)}>
      <ul>
        {sections.map(({ path, title, icon }) => (
          <li>
            <a href={attribute(path)} aria-current={path === here ? "page" : undefined}>
              <Icon name={icon} />
              <span safe>{title}</span>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
