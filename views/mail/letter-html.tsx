import { firstLetter } from "../avatar";
import { attribute } from "../layout";
import { titled } from "../titled";
import type { Action, Fact, Letter } from "./letter";
import type { Look } from "./look";

interface Props {
  letter: Letter;
  look: Look;
}

/**
 * A letter as HTML: a card with one button, no picture, and nothing from another server. Every style stands at its
 * element; the one sheet is for dark mode, and a program that drops it, or all of them, leaves a mail that reads well.
 */
export function LetterHtml({ letter, look }: Props) {
  const { language, brand, subject, preheader = letter.lines[0] ?? "" } = letter;
  return (
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <title safe>{subject}</title>
        <style>{look.dark as "safe"}</style>
      </head>
      <body class="ground ink" style={look.body}>
        <div style={look.preheader} aria-hidden="true" safe>
          {preheader}
        </div>
        <table role="presentation" class="ground" style={look.ground} cellpadding="0" cellspacing="0">
          <tr>
            <td style={look.column}>
              <table role="presentation" class="card" style={look.card} align="center" cellpadding="0" cellspacing="0">
                <tr>
                  <td style={look.inside}>
                    <BrandLine brand={brand} look={look} />
                    <Content letter={letter} look={look} />
                  </td>
                </tr>
              </table>
              <Footer letter={letter} look={look} />
            </td>
          </tr>
        </table>
      </body>
    </html>
  );
}

/** The mark is the first letter of the name: a picture would have to be fetched, and most programs do not. */
function BrandLine({ brand, look }: { brand: string; look: Look }) {
  return (
    <table role="presentation" cellpadding="4" cellspacing="0">
      <tr>
        <td style={look.markCell}>
          <div class="on-accent" style={look.mark} aria-hidden="true" safe>
            {firstLetter(brand).toUpperCase()}
          </div>
        </td>
        <td class="ink" style={look.brand} safe>
          {brand}
        </td>
      </tr>
    </table>
  );
}

function Content({ letter, look }: Props) {
  const { subject, title = subject, lines, facts = [], code, action, or, after = [], undo } = letter;
  return (
    <>
      <h1 class="ink" style={look.title} safe>
        {titled(title)}
      </h1>
      <Paragraphs lines={lines} kind="ink" style={look.line} />
      {facts.length > 0 ? <Facts facts={facts} look={look} /> : ""}
      {code ? (
        <p class="tint ink" style={look.code} safe>
          {code}
        </p>
      ) : (
        ""
      )}
      {code && or ? <Paragraphs lines={[or]} kind="muted" style={look.or} /> : ""}
      {action ? <Button {...action} look={look} /> : ""}
      <Paragraphs lines={after} kind="muted" style={look.muted} />
      {undo ? <Paragraphs lines={[undo.text]} kind="ink" style={look.line} /> : ""}
      {undo ? <Button {...undo} look={look} /> : ""}
    </>
  );
}

function Paragraphs({ lines, kind, style }: { lines: string[]; kind: "ink" | "muted"; style: string }) {
  return (
    <>
      {lines.map((line) => (
        <p class={kind} style={style} safe>
          {line}
        </p>
      ))}
    </>
  );
}

function Facts({ facts, look }: { facts: Fact[]; look: Look }) {
  return (
    <table class="hair" style={look.facts} cellpadding="0" cellspacing="0">
      {facts.map(({ label, value }) => (
        <tr>
          <th scope="row" class="muted hair" style={look.label} safe>
            {label}
          </th>
          <td class="ink hair" style={look.value} safe>
            {value}
          </td>
        </tr>
      ))}
    </table>
  );
}

/** The color stands at the cell too: Outlook paints no background behind a link. */
function Button({ label, url, look }: Action & { look: Look }) {
  return (
    <table role="presentation" style={look.buttonTable} cellpadding="0" cellspacing="0">
      <tr>
        <td class="accent" style={look.buttonCell}>
          <a class="on-accent" style={look.button} href={attribute(url)} target="_blank" safe rel="noopener">
            {label}
          </a>
        </td>
      </tr>
    </table>
  );
}

function Footer({ letter: { footer, host, support }, look }: Props) {
  return (
    <div class="muted" style={look.footer}>
      <span safe>{footer}</span>
      {host ? (
        <>
          <br />
          <span safe>{host}</span>
        </>
      ) : (
        ""
      )}
      {support ? (
        <>
          {" · "}
          <a class="muted" style={look.link} href={attribute(support.url)} target="_blank" safe rel="noopener">
            {support.label}
          </a>
        </>
      ) : (
        ""
      )}
    </div>
  );
}
