import { ButtonLink } from "./kit";
import { Layout, type PageContext } from "./layout";
import { problemText } from "./problems";
import { wordFor, type ProblemKey, type Words } from "./words";

export interface ProblemProps {
  frame: PageContext;
  problem: ProblemKey;
  /** The request's id, when asking for help makes sense: the operator finds it in the log. */
  reference?: string;
  retryAfterSeconds?: number;
}

export function ProblemPage({ frame, problem, reference, retryAfterSeconds }: ProblemProps) {
  const { words } = frame;
  const isElsewhere = problem === "wrong_host"; // where every page of ours is this one
  const title = wordFor(words.problemPage.titles, problem) ?? words.problemPage.otherTitle;
  return (
    <Layout
      frame={isElsewhere ? { ...frame, otherLanguages: [], mailbox: undefined } : frame}
      title={title}
      icon="warning"
      lead={<span safe>{problemText(words, problem, retryAfterSeconds)}</span>}
    >
      {isElsewhere ? (
        ""
      ) : isTemporary(problem) ? (
        <ButtonLink href="" label={words.problemPage.again} />
      ) : (
        <ButtonLink href="/" label={words.problemPage.home} />
      )}
      {reference ? <Reference words={words} reference={reference} /> : ""}
    </Layout>
  );
}

/** Whether trying again helps, as its sentence says: the page is asked for anew, where a form was sent that form. */
const isTemporary = (problem: ProblemKey) => temporary.has(problem);
const temporary = new Set<ProblemKey>([
  ...(["unavailable", "busy", "too_slow", "broken", "not_signed_out", "malformed", "cross_site"] as const),
]);

function Reference({ words, reference }: { words: Words; reference: string }) {
  return (
    <p class="reference">
      <span safe>{words.problemPage.reference}</span> <code safe>{reference}</code>
    </p>
  );
}
