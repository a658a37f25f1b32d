import { newTestDatabase, type TestDatabase } from "./databases";
import { startGatehouse, type Gatehouse, type Visitor } from "./harness";

/** One program twice on one database. */
export interface Twins {
  /** Whoever else is started on it leaves it there. */
  database: TestDatabase;
  gatehouse: Gatehouse;
  /** The same, with nothing kept in memory. */
  forgetful: Gatehouse;
  close(): Promise<void>;
}

export async function startTwins(): Promise<Twins> {
  const settings = { TRUSTED_ORIGINS: "https://docs.example.com" };
  const { remove, ...rest } = await newTestDatabase();
  const database = { ...rest, remove: async () => undefined };
  const gatehouse = await startGatehouse(settings, database);
  const forgetful = await startGatehouse({ ...settings, GATEHOUSE_SESSION_CACHE: "0" }, database);
  const close = async () => {
    for (const each of [gatehouse, forgetful]) await each.close();
    await remove();
  };
  return { database, gatehouse, forgetful, close };
}

/** What the session API says of whoever is signed in. */
export const idOf = async (
  visitor: Visitor,
): Promise<{ user: { id: string; name: string }; session: { id: string } }> =>
  JSON.parse((await visitor.get("/api/session")).text);
