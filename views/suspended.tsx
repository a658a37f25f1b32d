import { ButtonLink } from "./kit";
import { Layout, type PageContext } from "./layout";
import { Lines } from "./sentence";

export interface SuspendedProps {
  frame: PageContext;
  /** The operator's words; empty where there are none. */
  reason: string;
  /** Until when, as a sentence's part; undefined where nobody has said. */
  until?: string;
  /** Where people find help. */
  help?: string;
}

/** Tells somebody who has proved who they are that they are kept out, in the operator's words. */
export function SuspendedPage({ frame, reason, until, help }: SuspendedProps) {
  const { suspended, common } = frame.words;
  const lead = until === undefined ? suspended.text : `${suspended.text} ${suspended.until(until)}`;
  return (
    <Layout
      frame={frame}
      title={suspended.title}
      icon="warning"
      lead={<span safe>{lead}</span>}
      below={
        <p>
          <a href="/sign-in" safe>
            {common.signIn}
          </a>
        </p>
      }
    >
      {reason === "" ? (
        ""
      ) : (
        <p class="who">
          <span>
            <strong safe>{suspended.from}</strong> <Lines text={reason} />
          </span>
        </p>
      )}
      {help === undefined ? "" : <ButtonLink kind="primary" href={help} label={suspended.help} />}
    </Layout>
  );
}
