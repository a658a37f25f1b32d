/** What something may answer that stands in the place of Gatehouse. */

/** A golden answer for somebody. */
export const signedIn =
  '{"user":{"id":"1","email":"ada@example.org","emailVerified":true,"name":"Ada","image":null},"session":' +
  '{"id":"2","createdAt":"2026-11-20T21:53:38.277Z","expiresAt":"2026-11-27T21:53:38.277Z","fresh":true}}';
/** And for nobody. */
export const nobody = '{"error":{"code":"no_session","message":"Nobody is signed in with this cookie."}}';

/** Whole answers that are none of the session API, by what is wrong with them. */
export const strangeAnswers: Record<string, [status: number, body: string | Uint8Array, type?: string]> = {
  "500": [500, '{"error":{"code":"no_session"}}'],
  "500 with somebody in it": [500, signedIn],
  "503": [503, '{"error":{"code":"unavailable","message":"…"}}'],
  "429": [429, "{}"],
  "403": [403, nobody],
  "404": [404, nobody],
  "206": [206, signedIn],
  "a 401 of a proxy": [401, "<h1>401 Authorization Required</h1>", "text/html"],
  "a 401 in JSON that says it is HTML": [401, nobody, "text/html"],
  "a 401 with another code": [401, '{"error":{"code":"UNAUTHORIZED","message":"…"}}'],
  "a 401 with a list": [401, "[[[]]]"],
  "a 401 nested too deep": [401, "[".repeat(9000)],
  "a 401 that says null": [401, "null"],
  nothing: [200, ""],
  "nothing, and no type of it": [204, ""],
  "an empty object": [200, "{}"],
  "a number": [200, "1"],
  "broken JSON": [200, signedIn.slice(0, -1)],
  HTML: [200, "<!doctype html>", "text/html"],
  "somebody, of another type": [200, signedIn, "text/plain"],
  "somebody, of a type that only begins alike": [200, signedIn, "application/jsonp"],
  "no session": [200, signedIn.replace('"session"', '"sessions"')],
  "a user who is null": [200, '{"user":null,"session":null}'],
  "a user who is a list": [200, signedIn.replace(/\{"id":"1".*?\}/, '["1"]')],
  "an empty id": [200, signedIn.replace('"id":"1"', '"id":""')],
  "an id that is a number": [200, signedIn.replace('"id":"1"', '"id":1')],
  "no address": [200, signedIn.replace('"email":"ada@example.org",', "")],
  "a confirmation that is a text": [200, signedIn.replace("true", '"true"')],
  "a freshness that is a text": [200, signedIn.replace('"fresh":true', '"fresh":"false"')],
  "a picture that is a number": [200, signedIn.replace('"image":null', '"image":1')],
  "no picture": [200, signedIn.replace(',"image":null', "")],
  "roles that are a text": [200, signedIn.replace('"image":null', '"image":null,"roles":"admin"')],
  "roles that are null": [200, signedIn.replace('"image":null', '"image":null,"roles":null')],
  "factors that are a text": [200, signedIn.replace('"fresh":true', '"fresh":true,"factors":"2"')],
  "no factor": [200, signedIn.replace('"fresh":true', '"fresh":true,"factors":0')],
  "methods that are numbers": [200, signedIn.replace('"fresh":true', '"fresh":true,"methods":[1]')],
  "a time without a zone": [200, signedIn.replace("277Z", "277")],
  "a time that is none": [200, signedIn.replace("2026-11-20", "2026-13-40")],
  "letters that are no UTF-8": [200, Buffer.from(signedIn.replace("Ada", "\xff\xfe"), "latin1")],
};
