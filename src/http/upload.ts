import { done, refused, type Result } from "../result";
import { readBytes } from "./body";
import type { Form } from "./form";

/** Where a picture is sent to: the one path that takes a body of more than a form. */
export const uploadPath = "/account/picture/upload";

/** The largest file that is taken, in bytes. */
const largestFile = 1024 * 1024;
/** What a browser writes around a file, in bytes, with room for a long name. */
const around = 16 * 1024;

/** Whether a request says that it is a form with a file that may be read: nothing of it is read yet. */
export function announcesUpload({ headers }: Request): Result {
  const type = headers.get("content-type") ?? "";
  if (!/^multipart\/form-data\s*;\s*boundary=("[^"]{1,70}"|[^\s;,"]{1,70})$/i.test(type)) return refused("not_a_form");
  return Number(headers.get("content-length")) > largestFile + around ? refused("picture_too_large") : done();
}

/** A form with a file in it. */
interface Upload {
  file: Uint8Array<ArrayBuffer>;
  /** Its other fields. */
  form: Form;
}

/** The fields that such a form may have besides its file. */
const besides = ["account"];

/**
 * The one file of a form that was posted as `multipart/form-data`. Whoever calls it has asked where the request comes
 * from, who sends it, and what it announces. A problem when it has another field or a second file, or never came whole,
 * and `picture_too_large` when the file is larger than a file may be.
 */
export async function readUpload(request: Request, field: string): Promise<Result<Upload>> {
  const type = request.headers.get("content-type") ?? "";
  const body = await readBytes(request, largestFile + around);
  if (!body.ok) return body.problem === "too_large" ? refused("picture_too_large") : body;
  const form = await new Response(body.value, { headers: { "content-type": type } }).formData().catch(() => undefined);
  const fields = new Map<string, unknown>(form);
  const file = fields.get(field);
  const isTwice = fields.size < [...(form ?? [])].length;
  if (isTwice || !(file instanceof Blob) || !fields.keys().every((name) => name === field || besides.includes(name)))
    return refused("malformed");
  if (file.size > largestFile) return refused("picture_too_large");
  const texts = { get: (name: string) => String(fields.get(name) ?? ""), has: (name: string) => fields.has(name) };
  return done({ file: new Uint8Array(await file.arrayBuffer()), form: texts });
}
