import { Elysia } from "elysia";
import { openApiOf } from "../http/openapi";
import type { PageServices } from "./services";

/** The description of the session API: the same bytes for everybody, made at the first question, with a strong ETag. */
export function openApiPage({ config, door }: PageServices) {
  const { origin, backendKeys } = config;
  const tellsChanges = backendKeys !== undefined;
  let made: ReturnType<typeof withTag> | undefined;
  return new Elysia().get("/openapi.json", ({ request }) => {
    made ??= withTag(JSON.stringify(openApiOf({ origin, cookieName: door.seal.name, tellsChanges })));
    const { text, headers } = made;
    if (request.headers.get("if-none-match")?.includes(headers.etag))
      return new Response(null, { status: 304, headers });
    return new Response(text, { headers: { ...headers, "content-type": "application/json;charset=utf-8" } });
  });
}

function withTag(text: string) {
  const etag = `"${new Bun.CryptoHasher("sha256").update(text).digest("base64url")}"`;
  return { text, headers: { etag, "cache-control": "public, max-age=300" } };
}
