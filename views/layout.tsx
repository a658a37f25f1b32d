import type { Children } from "@kitajs/html";
import type { Words } from "./words";

/** What every page shares: the visitor's words, the brand, where the assets are, and what this server offers. */
export interface PageContext {
  words: Words;
  brandName: string;
  assets: Record<"style" | "htmx" | "app" | "icon", string>;
  /** When the page is made: views have no clock. */
  now: Date;
  /** Whether mail is sent; without it, what needs mail is not offered. */
  hasMail: boolean;
  /** The same page in the other language; undefined for the answer to a form, which has no address of its own. */
  otherLanguage?: string;
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
        {frame.otherLanguage ? <LanguageLink href={frame.otherLanguage} words={words} /> : ""}
        <template id="offline">
          <p class="alert" role="alert" safe>
            {words.common.offline}
          </p>
        </template>
      </body>
    </html>
  );
}

function LanguageLink({ href, words }: { href: string; words: Words }) {
  return (
    <footer>
      <a href={attribute(href)} lang={words.common.otherLanguageCode} rel="nofollow" safe>
        {words.common.otherLanguage}
      </a>
    </footer>
  );
}

/** An attribute's value: the JSX runtime escapes quotes only, so `&lt;` typed by a person would come back as `<`. */
export const attribute = (value: string) => value.replaceAll("&", "&amp;");

/** `history: false`: a swapped form must not become an entry that the back button replays. */
const htmxConfig = JSON.stringify({ history: false });
