import { APIError, createAuthEndpoint } from "better-auth/api";
import { setSessionCookie } from "better-auth/cookies";
import { z } from "zod";

const body = z.object({ userId: z.string(), rememberMe: z.boolean() });

/**
 * A plugin with one endpoint, which makes a session for a user who has proved who they are in a way that Better Auth
 * does not know. The door asks it for our own acts; programs cannot, because no table opens it to them.
 */
export const makeSession = () => ({
  id: "gatehouse",
  endpoints: {
    makeSession: createAuthEndpoint("/gatehouse/session", { method: "POST", body }, async (endpoint) => {
      const { internalAdapter } = endpoint.context;
      const { userId, rememberMe } = endpoint.body;
      const user = await internalAdapter.findUserById(userId);
      const session = user && (await internalAdapter.createSession(userId, !rememberMe));
      if (!session) throw new APIError("UNAUTHORIZED");
      await setSessionCookie(endpoint, { session, user }, !rememberMe);
      return endpoint.json({});
    }),
  },
});
