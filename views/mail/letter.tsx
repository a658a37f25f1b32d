import { attribute } from "../layout";
import { spaced } from "../words/dates";

/** What a mail says, in the order in which it says it. The text and the HTML are made from this, and say the same. */
export interface Letter {
  language: string;
  brand: string;
  subject: string;
  lines: string[];
  /** Six digits, to be typed. */
  code?: string;
  /** What to do, and where. */
  action?: { label: string; url: string };
  after?: string[];
  /** What to do when somebody else did it. */
  undo?: { text: string; url: string };
  footer: string;
}

/** The mail as plain text: the real mail, since everybody can read it. */
export function letterText({ lines, code, action, after = [], undo, footer }: Letter): string {
  const parts = [
    ...lines,
    ...(code ? [`    ${spaced(code)}`] : []),
    ...(action ? [`${action.label}:\n${action.url}`] : []),
    ...after,
    ...(undo ? [`${undo.text}\n${undo.url}`] : []),
    `-- \n${footer}`,
  ];
  return `${parts.join("\n\n")}\n`;
}

/** The same words as HTML: one column, one button, no image, no address that the text does not show. */
export function LetterHtml({ language, brand, subject, lines, code, action, after = [], undo, footer }: Letter) {
  return (
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title safe>{subject}</title>
        <style>{letterStyle as "safe"}</style>
      </head>
      <body>
        <main>
          <p class="brand" safe>
            {brand}
          </p>
          <Paragraphs lines={lines} />
          {code ? (
            <p class="code" safe>
              {spaced(code)}
            </p>
          ) : (
            ""
          )}
          {action ? <Action {...action} /> : ""}
          <Paragraphs lines={after} />
          {undo ? <Undo {...undo} /> : ""}
          <p class="footer" safe>
            {footer}
          </p>
        </main>
      </body>
    </html>
  );
}

/**
 * The style of every mail. No value in it comes from outside, so that its fingerprint can stand in a policy. A mail
 * reads well without it too.
 */
export const letterStyle = `
  body {
    margin: 0; padding: 24px 16px; color-scheme: light dark;
    font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  }
  main { max-width: 480px; margin: 0 auto; }
  p { margin: 0 0 16px; overflow-wrap: anywhere; }
  .brand { font-weight: 600; }
  .code { font: 600 28px/1.5 ui-monospace, Menlo, Consolas, monospace; letter-spacing: 0.1em; }
  .button {
    display: inline-block; padding: 12px 20px; border: 2px solid currentColor; border-radius: 8px;
    color: inherit; font-weight: 600; text-decoration: none;
  }
  .address, .footer { font-size: 14px; opacity: 0.75; }
  .footer { margin-top: 32px; padding-top: 16px; border-top: 1px solid; }
`;

function Paragraphs({ lines }: { lines: string[] }) {
  return (
    <>
      {lines.map((line) => (
        <p safe>{line}</p>
      ))}
    </>
  );
}

/** A button, and its address written out, for programs that show no links. */
function Action({ label, url }: { label: string; url: string }) {
  return (
    <>
      <p>
        <a class="button" href={attribute(url)} safe>
          {label}
        </a>
      </p>
      <p class="address" safe>
        {url}
      </p>
    </>
  );
}

function Undo({ text, url }: { text: string; url: string }) {
  return (
    <p>
      <span safe>{text}</span>
      <br />
      <a href={attribute(url)} safe>
        {url}
      </a>
    </p>
  );
}
