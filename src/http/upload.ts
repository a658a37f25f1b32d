import { done, refused, type Result } from "../result";
import { readBytes } from "./body";

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

/**
 * The one file of a form that was posted as `multipart/form-data`. Whoever calls it has asked where the request comes
 * from, who sends it, and what it announces. A problem when it has another field or a second file, or never came whole,
 * and `picture_too_large` when the file is larger than a file may be.
 */
export async function readUpload(request: Request, field: string): Promise<Result<Uint8Array<ArrayBuffer>>> {
  const type = request.headers.get("content-type") ?? "";
  const body = await readBytes(request, largestFile + around);
  if (!body.ok) return body.problem === "too_large" ? refused("picture_too_large") : body;
  const form = await new Response(body.value, { headers: { "content-type": type } }).formData().catch(() => undefined);
  const [only, second] = form?.entries() ?? [];
  const file: unknown = only?.[1];
  if (second || only?.[0] !== field || !(file instanceof Blob)) return refused("malformed");
  return file.size > largestFile ? refused("picture_too_large") : done(new Uint8Array(await file.arrayBuffer()));
}
