import { join } from "node:path";
import { type Child, type Stage, startChild, Trouble } from "./child";
import { database, folder, type Places, portOf, root } from "./places";

/** Somebody who has an account already. */
export const account = { name: "Ada Lovelace", email: "ada@example.org", password: "correct horse battery" };

/**
 * Gatehouse on a database of the demo's own, whatever the `.env` beside it says: that may be for one used in earnest.
 */
export async function startLogin(places: Places, stage: Stage): Promise<Child> {
  const start = {
    name: "Gatehouse",
    command: [process.execPath, "--no-env-file", "src/main.ts"],
    cwd: root,
    environment: {
      PORT: String(portOf(places.login)),
      DATA_DIR: database,
      TRUSTED_ORIGINS: places.docs,
      BRAND_NAME: "Gatehouse demo",
    },
    log: join(folder, "login.log"),
    address: `${places.login}/readyz`,
  };
  const child = await startChild(start, stage);
  await makeAccount(places.login);
  return child;
}

/** Through the same forms as everybody. */
async function makeAccount(login: string) {
  const post = (path: string) =>
    fetch(login + path, {
      method: "POST",
      redirect: "manual",
      headers: { origin: login },
      body: new URLSearchParams(account),
    });
  if ((await post("/sign-in")).status === 303) return; // from an earlier demo
  await post("/sign-up");
  if ((await post("/sign-in")).status !== 303)
    throw new Trouble(`${account.email} has another password in ${database}. Remove that folder to start anew.`);
}
