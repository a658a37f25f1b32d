import { attribute, Layout, type PageContext } from "./layout";
import type { Words } from "./words";

export interface DevMailProps {
  frame: PageContext;
  /** The script of this page. */
  script: string;
  mails: ShownMail[];
}

/** A mail in the list. */
export interface ShownMail {
  id: string;
  to: string;
  subject: string;
  text: string;
  /** The six digits in it. */
  code?: string;
  at: Date;
}

/**
 * Local mode only: a list of what would have been sent, with the mail beside it. Without scripts a link of the list
 * opens in the frame all the same; with them, new mails come by themselves and a code is copied by a button.
 */
export function DevMailPage({ frame, script, mails }: DevMailProps) {
  const { words } = frame;
  const [newest] = mails;
  return (
    <Layout
      frame={frame}
      title={words.devMail.title}
      icon="mail"
      lead={<span safe>{newest ? words.devMail.intro : words.devMail.empty}</span>}
      head={<Refresh script={script} />}
      wide
    >
      <div class="mailbox" id="mailbox">
        <div class="mails">
          {mails.map((mail) => (
            <MailEntry words={words} mail={mail} />
          ))}
        </div>
        {newest ? (
          <iframe name="mail" title={attribute(words.devMail.preview)} src={attribute(`/dev/mail/${newest.id}`)} />
        ) : (
          ""
        )}
      </div>
    </Layout>
  );
}

/** Without scripts the page loads itself again, slowly: whoever reads a text should not lose it. */
function Refresh({ script }: { script: string }) {
  return (
    <>
      <script src={script} defer />
      <noscript>
        <meta http-equiv="refresh" content="30" />
      </noscript>
    </>
  );
}

function MailEntry({ words, mail: { id, to, subject, text, code, at } }: { words: Words; mail: ShownMail }) {
  return (
    <article class="mail">
      <h2>
        <a href={attribute(`/dev/mail/${id}`)} target="mail" safe>
          {subject}
        </a>
      </h2>
      <p class="hint">
        <span safe>{`${words.devMail.to} ${to} · `}</span>
        <time datetime={at.toISOString()} safe>
          {words.instant(at)}
        </time>
      </p>
      {code ? <CopyButton words={words} code={code} /> : ""}
      <details>
        <summary safe>{words.devMail.asText}</summary>
        <pre>
          <Linked text={text} />
        </pre>
      </details>
    </article>
  );
}

/** Hidden until the script is there, without which it could do nothing. */
function CopyButton({ words, code }: { words: Words; code: string }) {
  return (
    <button type="button" class="secondary" data-copy={code} data-copied={attribute(words.devMail.copied)} hidden safe>
      {words.devMail.copy(code)}
    </button>
  );
}

/** A text with its addresses as links, as mail programs show it. */
function Linked({ text }: { text: string }) {
  return (
    <>
      {text.split(/(https?:\/\/\S+)/).map((part, i) =>
        i % 2 === 1 ? (
          <a href={attribute(part)} safe>
            {part}
          </a>
        ) : (
          <span safe>{part}</span>
        ),
      )}
    </>
  );
}
