import type { Children } from "@kitajs/html";
import type { Words } from "./words";

/** A section of the account, as its navigation shows it. */
export interface Section {
  path: string;
  title: string;
}

/** What every page shares: the visitor's words, the brand, where the assets are, and what this server offers. */
export interface PageContext {
  /** The sections of the account. */
  sections: Section[];
  words: Words;
  brandName: string;
  assets: Record<"style" | "htmx" | "app" | "icon", string>;
  /** When the page is made: views have no clock. */
  now: Date;
  /** Whether mail is sent; without it, what needs mail is not offered. */
  hasMail: boolean;
  /** The same page in each of the other languages; none for the answer to a form, which has no URL of its own. */
  otherLanguages: LanguageLink[];
}

/** The way to a page in another language, which is told by its own name. */
export interface LanguageLink {
  language: string;
  name: string;
  href: string;
}

/** The whole page around its content: one calm column, the brand's mark above, everything else out of the way. */
export function Layout({ frame, title, children }: { frame: PageContext; title: string; children: Children }) {
  const { words, brandName, assets } = frame;
  return (
    <html lang={words.language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="htmx-config" content={htmxConfig} />
        <title safe>{`${title} · ${brandName}`}</title>
        <link rel="icon" href={assets.icon} />
        <link rel="stylesheet" href={assets.style} />
        <script src={assets.htmx} defer />
        <script src={assets.app} defer />
      </head>
      <body>
        <a class="skip" href="#content" safe>
          {words.common.skip}
        </a>
        <header class="brand">
          <img src={assets.icon} alt="" width="32" height="32" />
          <span safe>{brandName}</span>
        </header>
        <main id="content" tabindex="-1">
          {children as "safe"}
        </main>
        <LanguageLinks links={frame.otherLanguages} />
        <template id="offline">
          <p class="alert" role="alert" safe>
            {words.common.offline}
          </p>
        </template>
      </body>
    </html>
  );
}

function LanguageLinks({ links }: { links: LanguageLink[] }) {
  if (links.length === 0) return "";
  return (
    <footer>
      {links.map(({ language, name, href }) => (
        <a href={attribute(href)} lang={language} rel="nofollow" safe>
          {name}
        </a>
      ))}
    </footer>
  );
}

/** An attribute's value: the JSX runtime escapes quotes only, so `&lt;` typed by a person would come back as `<`. */
export const attribute = (value: string) => value.replaceAll("&", "&amp;");

/** `history: false`: a swapped form must not become an entry that the back button replays. */
const htmxConfig = JSON.stringify({ history: false });
