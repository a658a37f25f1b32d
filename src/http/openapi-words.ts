/** What the schemas cannot say: the rules for whoever asks. Markdown, as OpenAPI takes it. */
export const rules = `
Who is signed in: asked by a backend for each of its requests, or by a reverse proxy before it lets one through.

**Three answers.** Somebody, nobody (401 with the code \`no_session\`), or that it cannot be known (503). When it cannot
be known, answer 503 yourself: treat the caller neither as signed in nor as signed out.

**Deadline.** Give the whole question a deadline, such as 0.8 seconds. No answer within it, no connection, and any
answer that is not described here mean that it cannot be known. So does a 401 without \`no_session\`: something in
between said it.

**Redirects.** \`/api/session\` never redirects, so follow none. The 302 of \`/api/forward-auth\` is for the visitor's
browser: the proxy passes it back and does not follow it.

**Writes of other sites (CSRF).** An answer says who asks, and not which page made them ask: the cookie comes along from
every page of the same site. So before any method but GET, HEAD, OPTIONS and TRACE, and before the handshake of a
WebSocket, the backend compares the request's \`Origin\` with a list of its own pages, and refuses any other and a
missing one with 403. Gatehouse sees only the question, and cannot do that in its place.

**Cookies.** Forward the whole \`Cookie\` header as it came, and do not parse it. Asking writes nothing, sets no cookie
and extends no session. No answer may be kept for later: a sign-out holds from the next question on.

**New fields** may appear in any version: ignore those that you do not know.
`.trim();

/** The rules for a backend that answers from memory. */
export const rulesOfChanges = `
For backends that answer from memory, with their key and never with a cookie. Ask again and again, one question at a
time, for as long as the backend is asked itself, and stop after a minute without a request. An answer comes at once
when something changed after \`after\`, and within half a second otherwise.

**What is in memory counts for two seconds from when you asked** the last question that was answered with 200. Any other
answer, and none within 1.5 seconds, ends that at once, until the next 200: ask \`/api/session\` for each request, as
without memory.

**With each 200** forget what you keep of the \`ids\`, or everything where it says \`reset\`. \`expiresAt\`,
\`createdAt\` with \`longestSeconds\`, and \`freshSeconds\` are judged at each hit, by \`now\` and the time since you
asked.

**Keep an answer** of \`/api/session\` only when nothing about its session or its user was told since two seconds
before you asked for it, nor a \`reset\`: another process may have answered it, which had not heard of the change yet.
Of two answers for one cookie, the one that you asked for later counts.

**Always ask** before what changes something, before the handshake of a WebSocket, and where a fresh proof or a second
factor is demanded.
`.trim();

/** What each operation and status means. */
export const meanings = {
  session: "Who is signed in?",
  sessionRules: "Answers to any host name, and to scripts of the origins in `TRUSTED_ORIGINS` with CORS.",
  preflight: "May a script of another origin ask?",
  forwardAuth: "May this request pass?",
  forwardAuthRules:
    "Only 204 is a yes. A browser that asks for a page (HTML by `Accept`; GET or HEAD, by `X-Forwarded-Method` where " +
    "that is there) is redirected where a program gets 401 or 403. So is one that opens this address itself, for no " +
    "proxy, whoever is signed in.",
  signedIn: "Somebody is signed in.",
  granted: "For a trusted origin with its grant, for any other without.",
  passes: "Yes. The proxy passes the request on with these headers, in place of any that came with the same names.",
  redirect: "No: to the sign-in page, or with `factors=2` to where a second factor is set up.",
  nobody: "No cookie, or a malformed, forged, expired or revoked one: one answer for all.",
  tooLittle:
    "Somebody is signed in, and `factors` asks for more than was proved, or `role` for one they do not have. Or it " +
    "cannot be read what is asked for, which lets nobody in.",
  unavailable: "It cannot be known right now.",
  changes: "Which sessions and users changed?",
  after: "The `cursor` of the answer before. Without it, and where it is another process's, the answer is `reset`.",
  changed: "What changed before the question came, and perhaps what changed since.",
  keyNeeded: "No key, a wrong one, or a cookie beside it.",
  changesUnknown: "It cannot be known right now what changed. What is in memory does not count until the next 200.",
  key: "A key in `GATEHOUSE_BACKEND_KEY`.",
  malformed: "The body of the request is framed in a way that a proxy could read otherwise.",
  too_large: "The request has a body that is too large.",
  wrong_host: "The `Host` header is malformed.",
  broken: "A fault of the program: it cannot be known.",
  cookie: "As the browser sends it. Its name depends on the settings; this is the name here.",
  requestId: "Found again in the answer, and in the log when something went wrong.",
  origin: "Set by browsers: the origin of the script that asks.",
  factors: "How many factors must have been proved.",
  role: "The role that somebody must have, such as `admin`.",
  forwarded:
    "Of what the visitor asked the proxy for. Believed of the proxies in `TRUSTED_PROXIES`, to lead back there.",
  forwardedMethod: "The method of the visitor's request.",
  encoded: "What is not printable ASCII is percent-encoded, and so is `%`.",
  roles: "What the person may do for others, with a space between two; empty for whoever has no role.",
  verified: "Believe the address only when this is exactly `true`.",
} as const;
