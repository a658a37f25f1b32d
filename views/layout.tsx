import type { Children } from "@kitajs/html";
import { Icon, type IconName } from "./icons";
import { titled } from "./titled";
import type { Words } from "./words";

/** What every page shares: the visitor's words, the brand, where the assets are, and what this server offers. */
export interface PageContext {
  words: Words;
  brandName: string;
  assets: Record<"style" | "accountStyle" | "script" | "icon", string>;
  /** The style that pages for anybody have in themselves, so that nobody waits for a second answer to see them. */
  pageStyle?: string;
  /** What browsers and phones tint their own bars with. */
  themeColors?: { light: string; dark: string };
  /** When the page is made: views have no clock. */
  now: Date;
  /** Whether mail is sent; without it, what needs mail is not offered. */
  hasMail: boolean;
  /** Who may sign up: `some` are those with an address of the operator's domains. */
  signUp: "open" | "some" | "invited" | "closed";
  /** The same page in each of the other languages; none for the answer to a form, which has no URL of its own. */
  otherLanguages: LanguageLink[];
  /** Where this server is: people are told what they sign in to only when that is somewhere else. */
  origin?: string;
  /** The product that people come from and go back to. */
  home?: { url: string; name: string };
  /** The operator's links in the footer: privacy, terms, imprint, help. */
  links?: { url: string; label: string }[];
  /** Who is signed in, for the pages of the account. */
  owner?: Owner;
  /** The sections of the account. */
  sections: Section[];
  /** Local mode: where the mails are that would have been sent. */
  mailbox?: string;
  /** The visitor's time zone, such as `Europe/Berlin`; without it, clocks say that theirs is UTC. */
  timeZone?: string;
}

/** The way to a page in another language, which is told by its own name. */
export interface LanguageLink {
  language: string;
  name: string;
  href: string;
}

/** Somebody with an account, as its pages show them. A picture is shown only from an address of this server. */
export interface Owner {
  name: string;
  email: string;
  image?: string | null;
}

/** A part of the account, with a page of its own. */
export interface Section {
  path: string;
  title: string;
  icon: IconName;
}

interface LayoutProps {
  frame: PageContext;
  title: string;
  /** What the page is about, in a picture. */
  icon?: IconName;
  /** A line below the title. */
  lead?: Children;
  /** Whether a form on the page has a problem: then the title says so first. */
  wrong?: boolean;
  /** What else there is to do, below the card. */
  below?: Children;
  /** For what is read, such as a list of mails. */
  wide?: boolean;
  /** Whether it needs the style of the account's pages. */
  lists?: boolean;
  /** What only this page has in its head. */
  head?: Children;
  children?: Children;
}

/** A page for anybody: one card in the middle, the brand above it, everything else out of the way. */
export function Layout({ frame, title, icon, lead, wrong, below, wide, lists, head, children }: LayoutProps) {
  return (
    <Document frame={frame} title={title} wrong={wrong} hasLists={wide || lists} head={head}>
      <header>
        <Brand frame={frame} />
      </header>
      <main id="content" tabindex="-1" class={wide ? "wide" : undefined}>
        <div class="card">
          {icon ? <Tile icon={icon} /> : ""}
          <h1 safe>{titled(title)}</h1>
          {lead ? <p class="lead">{lead as "safe"}</p> : ""}
          {children as "safe"}
        </div>
        {below ? <div class="below">{below as "safe"}</div> : ""}
      </main>
    </Document>
  );
}

function Tile({ icon }: { icon: IconName }) {
  return (
    <div class="tile">
      <Icon name={icon} />
    </div>
  );
}

type DocumentProps = Pick<LayoutProps, "frame" | "title" | "wrong" | "head" | "children"> & {
  /** Whether the page is one of those that need the second style: those of the account, and lists. */
  hasLists?: boolean;
};

/** What every page has around its header and its content. */
export function Document({ frame, title, wrong, hasLists, head, children }: DocumentProps) {
  const { words, brandName, assets, themeColors } = frame;
  return (
    <html lang={words.language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <meta name="htmx-config" content={htmxConfig} />
        <title safe>{`${wrong ? `${words.common.error} ` : ""}${title} · ${brandName}`}</title>
        <meta property="og:title" content={attribute(`${title} · ${brandName}`)} />
        {themeColors ? <ThemeColors {...themeColors} /> : ""}
        <link rel="icon" href={assets.icon} />
        <link rel="apple-touch-icon" href="/apple-touch-icon.png" />
        <Styles frame={frame} hasLists={hasLists} />
        <script src={assets.script} defer />
        {head as "safe"}
      </head>
      <body data-error={words.common.error}>
        <a class="skip" href="#content" safe>
          {words.common.skip}
        </a>
        {frame.mailbox ? <LocalMode words={words} mailbox={frame.mailbox} /> : ""}
        {children as "safe"}
        <Footer frame={frame} />
        <template id="offline">
          <p class="alert" role="alert" safe>
            {words.common.offline}
          </p>
        </template>
      </body>
    </html>
  );
}

function Styles({ frame: { assets, pageStyle }, hasLists }: Pick<DocumentProps, "frame" | "hasLists">) {
  if (pageStyle !== undefined && !hasLists) return <style>{pageStyle as "safe"}</style>;
  return (
    <>
      <link rel="stylesheet" href={assets.style} />
      {hasLists ? <link rel="stylesheet" href={assets.accountStyle} /> : ""}
    </>
  );
}

function ThemeColors({ light, dark }: { light: string; dark: string }) {
  return (
    <>
      <meta name="theme-color" content={light} {...inScheme("light")} />
      <meta name="theme-color" content={dark} {...inScheme("dark")} />
    </>
  );
}

/** An attribute that the types of the JSX runtime do not know at this element. */
const inScheme = (scheme: "light" | "dark") => ({ media: `(prefers-color-scheme: ${scheme})` });

/** The mark and the name; a way back to the product where the operator has named one. */
export function Brand({ frame: { assets, brandName, home } }: { frame: PageContext }) {
  const brand = (
    <>
      <img src={assets.icon} alt="" width="36" height="36" />
      <span safe>{brandName}</span>
    </>
  ) as "safe"; // its text is escaped above
  if (!home) return <div class="brand">{brand}</div>;
  return (
    <a class="brand" href={attribute(home.url)}>
      {brand}
    </a>
  );
}

function Footer({ frame: { words, otherLanguages, links = [] } }: { frame: PageContext }) {
  if (otherLanguages.length === 0 && links.length === 0) return "";
  return (
    <footer>
      {otherLanguages.map(({ language, name, href }) => (
        <a href={attribute(href)} lang={language} rel="nofollow" safe>
          {name}
        </a>
      ))}
      <OperatorLinks words={words} links={links} />
    </footer>
  );
}

/** Links that are called by their names in the reader's language. */
const knownLinks = ["Privacy", "Terms", "Imprint", "Help", "Contact"] as const;

/** What the operator wants people to find: privacy, terms, imprint, help; in the reader's language where we know it. */
export function OperatorLinks({ words, links = [] }: Pick<PageContext, "words" | "links">) {
  const named = (label: string) => {
    const known = knownLinks.find((name) => name === label);
    return known ? words.common.links[known] : label;
  };
  return (
    <>
      {links.map(({ url, label }) => (
        <a href={attribute(url)} safe>
          {named(label)}
        </a>
      ))}
    </>
  );
}

function LocalMode({ words, mailbox }: { words: Words; mailbox: string }) {
  return (
    <aside class="strip">
      <span safe>{words.common.localMode}</span>{" "}
      <a href={attribute(mailbox)} safe>
        {words.common.localMails}
      </a>
    </aside>
  );
}

/** An attribute's value: the JSX runtime escapes quotes only, so `&lt;` typed by a person would come back as `<`. */
export const attribute = (value: string) => value.replaceAll("&", "&amp;");

/** `history: false`: a swapped form must not become an entry that the back button replays. */
const htmxConfig = JSON.stringify({ history: false });
