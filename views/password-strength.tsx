import type { ProblemKey, Words } from "./words";

interface StrengthProps {
  words: Words;
  /** 0 to 4, as zxcvbn scores. */
  score: number;
  /** Why the password would be refused as it stands. */
  problem?: ProblemKey;
}

/** How hard a new password is to guess, in one of four steps; put into the line below its field. */
export function PasswordStrength({ words, score, problem }: StrengthProps) {
  const { weak, fair, good, strong } = words.common.strength;
  const [step, text] = problem
    ? ["weak", `${weak} ${words.problems[problem]}`]
    : score >= 4
      ? ["strong", strong]
      : score === 3
        ? ["good", good]
        : ["fair", fair];
  return (
    <span data-strength={step} safe>
      {text}
    </span>
  );
}

/** What stands there as long as nothing is typed. */
export function PasswordHint({ words }: Pick<StrengthProps, "words">) {
  return <span safe>{words.signUp.passwordHint}</span>;
}
