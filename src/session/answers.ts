/** 401, "nobody": the same words for every program that asks, whatever was wrong with the cookie. */
export const nobody = (headers: Record<string, string>) => Response.json(noSession, { status: 401, headers });

/** 503, "it cannot be known": never to be read as signed in, nor as signed out. */
export const cannotKnow = (headers: Record<string, string>) =>
  Response.json(unavailable, { status: 503, headers: { ...headers, "retry-after": retryAfterSeconds } });

/** 403: somebody is signed in, and did not prove the second factor that was asked for. */
export const oneFactorOnly = (headers: Record<string, string>) => Response.json(secondFactor, { status: 403, headers });

const secondFactor = {
  error: { code: "second_factor_needed", message: "This needs a sign-in with a second factor." },
};
const noSession = { error: { code: "no_session", message: "Nobody is signed in with this cookie." } };
const unavailable = {
  error: { code: "unavailable", message: "It cannot be known right now who is signed in. Try again shortly." },
};
const retryAfterSeconds = "1";
