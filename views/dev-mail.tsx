import { attribute, Layout, type PageContext } from "./layout";

export interface DevMailProps {
  frame: PageContext;
  mails: { id: string; to: string; subject: string; text: string; at: Date }[];
}

/** Local mode only: what would have been sent. */
export function DevMailPage({ frame, mails }: DevMailProps) {
  const { words } = frame;
  return (
    <Layout
      frame={frame}
      title={words.devMail.title}
      icon="mail"
      lead={<span safe>{mails.length > 0 ? words.devMail.intro : words.devMail.empty}</span>}
      wide
    >
      {mails.map(({ id, to, subject, text, at }) => (
        <article class="mail">
          <h2 safe>{subject}</h2>
          <p class="hint">
            <span safe>{`${words.devMail.to} ${to} · `}</span>
            <time datetime={at.toISOString()} safe>
              {words.instant(at)}
            </time>
          </p>
          <pre>
            <Linked text={text} />
          </pre>
          <p>
            <a href={attribute(`/dev/mail/${id}`)} safe>
              {words.devMail.html}
            </a>
          </p>
        </article>
      ))}
    </Layout>
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
