import { expect, test } from "bun:test";
import { newPerson } from "../support/harness";
import { signIn } from "../support/traffic";

/** What the tests of faults call a loss. */

/**
 * Signs in at a server that answers with these statuses, one after the other; gives the cookie and how often it was
 * asked.
 */
async function signInAnswered(...statuses: number[]) {
  let asked = 0;
  const answer = () =>
    new Response(null, { status: statuses[asked++] ?? 500, headers: { "set-cookie": "session=a; Path=/" } });
  const server = Bun.serve({ port: 0, hostname: "localhost", fetch: answer });
  try {
    return { cookie: await signIn({ origin: server.url.origin }, newPerson()), asked };
  } finally {
    await server.stop(true);
  }
}

test("a sign-in that is told to try again is no lost account: it is asked again", async () => {
  expect(await signInAnswered(503, 503, 303)).toEqual({ cookie: "session=a", asked: 3 });
});

test("a sign-in that is refused as wrong is one, at once, also after it was told to try again", async () => {
  expect(await signInAnswered(422)).toEqual({ cookie: null, asked: 1 });
  expect(await signInAnswered(503, 422)).toEqual({ cookie: null, asked: 2 });
});

test("what is neither is not taken for a lost account", async () => {
  await expect(signInAnswered(503, 500)).rejects.toThrow("Signing in answered 503 500.");
});
