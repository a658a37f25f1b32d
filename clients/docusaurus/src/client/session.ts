/** Who is signed in, as far as this page knows. One store for all components of the page. */
export type Session =
  | { status: "signed-in"; user: User }
  | { status: "loading" | "signed-out" | "unavailable"; user: null };

export interface User {
  id: string;
  email: string;
  emailVerified: boolean;
  name: string;
  image: string | null;
}

export interface SessionStore {
  /** The first subscriber makes the page ask, once it is idle. */
  subscribe(listener: () => void): () => void;
  current(): Session;
  /** Signs the reader out here and now; false when that was not possible, or cannot be known. */
  signOut(): Promise<boolean>;
}

export const loading: Session = { status: "loading", user: null };
const signedOut: Session = { status: "signed-out", user: null };
const unavailable: Session = { status: "unavailable", user: null };

const patienceSeconds = 5;

/**
 * The session at the Gatehouse of this address: asked for once, and again when the reader comes back from elsewhere.
 */
export function createSessionStore(url: string): SessionStore {
  const listeners = new Set<() => void>();
  let session = loading;
  let question: AbortController | undefined;
  let isAsked = false;

  const become = (next: Session) => {
    if (JSON.stringify(next) === JSON.stringify(session)) return;
    session = next;
    for (const listener of listeners) listener();
  };
  const ask = async () => {
    question?.abort();
    const mine = (question = new AbortController());
    const answer = await sessionAt(url, mine);
    if (mine === question) become(answer);
  };
  let leaving: Promise<boolean> | undefined;
  const leave = async () => {
    await postSignOut(url);
    await ask();
    return session.status === "signed-out";
  };
  const forget = () => {
    question?.abort();
    question = undefined;
    become(loading);
  };
  return {
    subscribe(listener) {
      listeners.add(listener);
      if (!isAsked) askWhenNeeded(() => leaving ?? ask(), forget);
      isAsked = true;
      return () => void listeners.delete(listener);
    },
    current: () => session,
    // Once for a double click: a second question would take the place of the one that tells whether it worked.
    signOut: () => (leaving ??= leave().finally(() => (leaving = undefined))),
  };
}

/**
 * Gatehouse takes it from its trusted origins alone, and from no page of anybody else's. The answer is for no script to
 * read: whether it worked, the session tells.
 */
async function postSignOut(url: string): Promise<void> {
  const sent = { method: "POST", mode: "no-cors", credentials: "include", keepalive: true } as const;
  await inTime((signal) => fetch(`${url}/api/auth/sign-out`, { ...sent, signal })).catch(() => undefined);
}

/**
 * Never throws: whatever goes wrong on the way means that it is not known, and so does an answer that is not
 * Gatehouse's own, such as that of a proxy between.
 */
function sessionAt(url: string, question: AbortController): Promise<Session> {
  const ask = async (signal: AbortSignal): Promise<Session> => {
    const answer = await fetch(`${url}/api/session`, { credentials: "include", signal });
    const { user, error } = await answer.json();
    if (answer.status === 401 && error.code === "no_session") return signedOut;
    return answer.ok && isUser(user) ? { status: "signed-in", user } : unavailable;
  };
  return inTime(ask, question).catch(() => unavailable);
}

/** Aborts what takes longer than a reader waits; browsers before 2022 have no AbortSignal.timeout. */
function inTime<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
  patience = new AbortController(),
): Promise<Result> {
  const timer = setTimeout(() => patience.abort(), patienceSeconds * 1000);
  return work(patience.signal).finally(() => clearTimeout(timer));
}

/** Of a user's fields those that are drawn, or tell people apart. */
const isUser = (user: User): boolean => [user.id, user.email, user.name].every((text) => typeof text === "string");

/**
 * Asks when the browser has nothing better to do: now, and each time the reader was away, for as long as the page
 * lives.
 */
function askWhenNeeded(ask: () => void, forget: () => void) {
  let isScheduled = false;
  // a page that is loaded in the background is come back to when it is first looked at
  let wasAway = !document.hasFocus();
  const leave = () => void (wasAway = true);
  const schedule = () => {
    if (isScheduled) return;
    isScheduled = true;
    whenIdle(() => {
      isScheduled = false;
      if (document.hidden)
        leave(); // nobody looks: an answer would be old when somebody does
      else ask();
    });
  };
  const comeBack = () => {
    if (!wasAway) return;
    wasAway = false; // here and not when asked: whoever leaves again before that has been away again
    schedule();
  };
  addEventListener("blur", leave);
  addEventListener("focus", comeBack);
  addEventListener("online", schedule);
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    forget(); // kept by the browser as it was: whoever it names may have signed out since
    schedule();
  });
  document.addEventListener("visibilitychange", () => (document.hidden ? leave() : comeBack()));
  schedule();
}

/** Safari has no idle callback. */
const whenIdle = (act: () => void) =>
  "requestIdleCallback" in window ? requestIdleCallback(act, { timeout: 2000 }) : setTimeout(act, 200);
