import type { Children } from "@kitajs/html";
import type { Words } from "./messages";

/** What every page shares, decided once at start: the words, the brand, and where the assets are. */
export interface Frame {
  words: Words;
  brandName: string;
  assets: Record<"style" | "htmx" | "app" | "icon", string>;
}

/** The whole page around its content: one calm column, the brand's mark above, everything else out of the way. */
export function Layout({ frame, title, children }: { frame: Frame; title: string; children: Children }) {
  const { words, brandName, assets } = frame;
  return (
    <html lang={words.language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="htmx-config" content={htmxConfig} />
        <title safe>{`${title} · ${brandName}`}</title>
        <link rel="icon" type="image/svg+xml" href={assets.icon} />
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
        <template id="offline">
          <p class="alert" role="alert" safe>
            {words.common.offline}
          </p>
        </template>
      </body>
    </html>
  );
}

/** `history: false`: a swapped form must not become an entry that the back button replays. */
const htmxConfig = JSON.stringify({ history: false });
