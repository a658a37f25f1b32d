import type * as z from "zod";
import { readText } from "./body";
import { isOwnPost } from "./post-origin";
import { hasTwice } from "./said-twice";
import { done, refused, type Refused, type Result } from "../result";
import type { FormProblems } from "./html";
import { isProblemCode, type Problem, type ProblemCode } from "./problem";

/** The fields of a form a visitor sent: at most one value each, valid Unicode, empty when absent. */
export interface Form {
  get(field: string): string;
  has(field: string): boolean;
}

/**
 * Reads a form posted by one of our own pages. A problem instead when it came from another site, is no web form, is
 * too large, damaged, or says one thing twice: the value that was checked must be the value that is used.
 */
export async function readForm(request: Request, origin: string): Promise<Result<Form>> {
  if (!isOwnPost(request.headers, origin)) return refused("cross_site");
  if (!isWebForm(request.headers.get("content-type"))) return refused("not_a_form");
  const text = await readText(request);
  if (!text.ok) return text;
  const fields = new URLSearchParams(text.value);
  const notUnicode = [...fields].flat().some((part) => part.includes(replacementCharacter));
  if (hasTwice(fields) || notUnicode) return refused("malformed");
  return done({ get: (field: string) => fields.get(field) ?? "", has: (field: string) => fields.has(field) });
}

/** The first problem of each field, from a schema's verdict. */
export function problemsByField(error: z.ZodError): FormProblems {
  const problems: Record<string, ProblemCode> = {};
  for (const { path, message } of error.issues) problems[String(path[0] ?? "form")] ??= codeOf(message);
  return { problems };
}

/** The first problem of a single field, from its schema's verdict. */
export const firstProblem = (error: z.ZodError): Refused => refused(codeOf(error.issues[0]?.message ?? ""));

/** One problem, shown at a field of the form, or above it with `form`. */
export const problemAt = (field: string, { problem, retryAfterSeconds }: Problem): FormProblems => ({
  problems: { [field]: problem },
  retryAfterSeconds,
});

/** The messages of the schemas in `fields.ts` are problem codes. */
const codeOf = (message: string): ProblemCode => (isProblemCode(message) ? message : "malformed");

function isWebForm(contentType: string | null): boolean {
  return /^application\/x-www-form-urlencoded\s*(;\s*charset="?utf-8"?\s*)?$/i.test(contentType ?? "");
}

const replacementCharacter = "\uFFFD"; // what the decoder writes where bytes are not UTF-8
