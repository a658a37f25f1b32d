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
  return (
    <Layout frame={frame} title={title}>
      <h1 safe>{title}</h1>
      <p>
        <span safe>{words.problems[problem]}</span>{" "}
        {retryAfterSeconds ? <span safe>{words.waitFor(retryAfterSeconds)}</span> : ""}
      </p>
      <p>
        <a href="/" safe>
          {words.problemPage.home}
        </a>
      </p>
      {reference ? <Reference words={words} reference={reference} /> : ""}
    </Layout>
  );
}

function Reference({ words, reference }: { words: Words; reference: string }) {
  return (
    <p class="reference">
      <span safe>{words.problemPage.reference}</span> <code safe>{reference}</code>
    </p>
  );
}
