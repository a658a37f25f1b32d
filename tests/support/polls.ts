import { startGatehouse, type Gatehouse, type Visitor } from "./harness";
import { regular } from "./kept";
import { untilFound } from "./until";

/** Backends that ask what changed. */

/** The key that they have. */
export const backendKey = "bmJ2Y3h5bGtqaGdmZHNhcG9pdXp0cmV3cTEyMzQ1Njc4OTA";

/** What a poll was told, and after how many milliseconds. */
export interface Told {
  status: number;
  cursor: string;
  ids?: string[];
  reset?: true;
  milliseconds: number;
}

/** Whoever asks a path with some headers: a visitor's browser, or a socket. */
export type AskPath = (path: string, headers: Record<string, string>) => Promise<{ status: number; text: string }>;

/** Asks once what changed after a cursor. */
export async function poll(ask: AskPath, after = "", key = backendKey): Promise<Told> {
  const began = performance.now();
  const path = `/api/session/changes?after=${encodeURIComponent(after)}`;
  const { status, text } = await ask(path, { authorization: `Bearer ${key}` });
  const milliseconds = performance.now() - began;
  return { cursor: "", ...(status === 200 && JSON.parse(text)), status, milliseconds };
}

/** Asks a Gatehouse of this process. */
export const backendOf = (gatehouse: Gatehouse): AskPath => {
  const visitor = gatehouse.visitor().impatient();
  return (path, headers) => visitor.get(path, headers);
};

/** Asks a program over a socket. */
export const backendAt =
  ({ origin }: { origin: string }): AskPath =>
  async (path, headers) => {
    const answer = await fetch(origin + path, { headers }).catch(() => null);
    return { status: answer?.status ?? 0, text: (await answer?.text()) ?? "" };
  };

/** Asks until there is an answer to go on from: on a busy machine listening may begin later than a poll waits. */
export async function firstCursor(ask: AskPath): Promise<string> {
  const look = async () => {
    const { status, cursor } = await poll(ask);
    return status === 200 ? cursor : undefined;
  };
  return untilFound("a poll is answered", look, { every: 20 });
}

/** A Gatehouse that tells backends what changed, and somebody in its memory. */
export async function startTelling(settings: Record<string, string> = {}) {
  const gatehouse = await startGatehouse({ GATEHOUSE_BACKEND_KEY: backendKey, ...settings });
  return { gatehouse, visitor: await regular(gatehouse), ask: backendOf(gatehouse) };
}

/** The ids of whoever has a browser. */
export async function idsOf(visitor: Visitor): Promise<{ user: string; session: string }> {
  const { user, session } = JSON.parse((await visitor.get("/api/session")).text);
  return { user: user.id, session: session.id };
}
