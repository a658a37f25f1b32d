import { ButtonLink } from "./kit";
import { Layout, type PageContext } from "./layout";
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
  const title = wordFor(words.problemPage.titles, problem) ?? words.problemPage.otherTitle;
  const wait = retryAfterSeconds ? ` ${words.waitFor(retryAfterSeconds)}` : "";
  return (
    <Layout frame={frame} title={title} icon="warning" lead={<span safe>{words.problems[problem] + wait}</span>}>
      {isTemporary(problem) ? (
        <ButtonLink href="" label={words.problemPage.again} />
      ) : (
        <ButtonLink href="/" label={words.problemPage.home} />
      )}
      {reference ? <Reference words={words} reference={reference} /> : ""}
    </Layout>
  );
}

/** Then the same page is asked for again; a form that was sent is shown anew. */
const isTemporary = (problem: ProblemKey) => problem === "unavailable" || problem === "busy";

function Reference({ words, reference }: { words: Words; reference: string }) {
  return (
    <p class="reference">
      <span safe>{words.problemPage.reference}</span> <code safe>{reference}</code>
    </p>
  );
}
