import { ZxcvbnFactory, type MatchExtended } from "@zxcvbn-ts/core";
import keyboards from "@zxcvbn-ts/language-common/src/adjacencyGraphs.json";
import diceware from "@zxcvbn-ts/language-common/src/diceware.json";
import leaked from "@zxcvbn-ts/language-common/src/passwords.json";
import germanWords from "@zxcvbn-ts/language-de/src/commonWords.json";
import germanFirstNames from "@zxcvbn-ts/language-de/src/firstnames.json";
import germanLastNames from "@zxcvbn-ts/language-de/src/lastnames.json";
import germanWikipedia from "@zxcvbn-ts/language-de/src/wikipedia.json";
import englishWords from "@zxcvbn-ts/language-en/src/commonWords.json";
import englishFirstNames from "@zxcvbn-ts/language-en/src/firstnames.json";
import englishLastNames from "@zxcvbn-ts/language-en/src/lastnames.json";
import englishWikipedia from "@zxcvbn-ts/language-en/src/wikipedia.json";
import rows from "@zxcvbn-ts/language-en/src/wordSequences.json";
import type { StrengthQuestion, Verdict, Weakness } from "./strength";

/** One thread that judges passwords, one after the other, in the order they come. It logs and keeps nothing. */

/** As zxcvbn refuses: fewer than a million guesses. */
const lowestAccepted = 2;

/**
 * What bounds the time: that of a pathological password grows with the square of its length and with each reading of
 * its digits as letters. Whoever needs more than 48 characters to be hard to guess is refused.
 */
const bounds = { maxLength: 48, l33tMaxSubstitutions: 4 };

const zxcvbn = new ZxcvbnFactory({
  ...bounds,
  graphs: keyboards,
  dictionary: {
    ...{ leaked, diceware, germanWords, germanFirstNames, germanLastNames, germanWikipedia },
    ...{ englishWords, englishFirstNames, englishLastNames, englishWikipedia, ...rows },
  },
});

/** The passwords of known leaks that are long enough to be chosen: about 18,000. */
const common = new Set(leaked.filter((password) => password.length >= 8));

declare const self: Worker;
self.onmessage = ({ data }: MessageEvent<StrengthQuestion>) => self.postMessage(judge(data));

/** A password is as strong as the weakest of its readings. */
function judge({ password, known }: StrengthQuestion): Verdict {
  const text = password.normalize("NFKC");
  if ([password, text].some((spelling) => common.has(spelling.toLowerCase())))
    return { score: 0, weakness: "password_common" };
  const words = wordsIn(known);
  const lower = text.toLowerCase();
  const unknown = withoutWords(lower, words);
  let score = 4;
  for (const reading of [...(unknown === lower ? [] : [unknown]), ...readingsOf(text)]) {
    const found = zxcvbn.check(reading, words);
    if (found.score < lowestAccepted)
      return {
        score: found.score,
        weakness: reading === unknown && unknown !== lower ? "password_guessable" : weaknessOf(found.sequence),
      };
    score = Math.min(score, found.score);
  }
  return { score };
}

/** The words of texts, in lower case, that are long enough to be found by purpose; the longest first. */
function wordsIn(texts: readonly string[]): string[] {
  const words = texts.flatMap((text) => {
    const parts = text
      .normalize("NFKC")
      .toLowerCase()
      .split(/[^\p{L}\p{M}\p{N}]+/u);
    return [...parts, parts.join(""), ...parts.map((part) => part.replace(/\p{N}/gu, ""))];
  });
  return [...new Set(words)].filter((word) => word.length >= 3).sort((one, other) => other.length - one.length);
}

const withoutWords = (text: string, words: readonly string[]) =>
  words.reduce((rest, word) => rest.replaceAll(word, ""), text);

/**
 * The text, and what is left of it without signs and then without a few digits at its ends: "Word2026!" is what people
 * make of a word when they are asked for more. Only where enough is left: of a random text signs and digits are a part.
 */
function readingsOf(text: string): string[] {
  const letters = text.replace(/[^\p{L}\p{M}\p{N}]/gu, "");
  const core = letters.replace(/^\p{N}{1,4}|\p{N}{1,4}$/gu, "");
  const left = [letters, core].filter((reading) => reading.length >= fewestLeft && /\p{L}/u.test(reading));
  return [...new Set([text, ...left])];
}

const fewestLeft = 7;

/** What the longest part of a password is. */
function weaknessOf(sequence: readonly MatchExtended[]): Weakness {
  const [longest] = sequence.toSorted((one, other) => other.token.length - one.token.length);
  if (!longest) return "password_weak";
  return patterns.has(longest.pattern) || !/\p{L}/u.test(longest.token) ? "password_pattern" : "password_weak";
}

const patterns = new Set(["repeat", "sequence", "spatial", "date", "regex", "wordSequence"]);
