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
      BRAND_NAME: "Gatehouse",
    },
    log: join(folder, "login.log"),
    address: `${places.login}/readyz`,
  };
  const child = await startChild(start, stage);
  await makeAccount(places.login);
  return child;
}

const devices = {
  laptop: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15",
  phone: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile Safari/604.1",
  desktop: "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0",
};

/** Through the same forms as everybody: an account with a confirmed address, three devices and a failed sign-in. */
async function makeAccount(login: string) {
  const post = (path: string, fields: Record<string, string>, [agent, cookie]: [string, string?]) =>
    fetch(login + path, {
      method: "POST",
      redirect: "manual",
      headers: { origin: login, "user-agent": agent, ...(cookie && { cookie }) },
      body: new URLSearchParams(fields),
    });
  const { email, password } = account;
  if ((await post("/sign-in", { email, password }, [devices.laptop])).status === 303) return; // from an earlier demo
  const cookie = cookiesOf(await post("/sign-up", account, [devices.laptop]));
  const code = await newestCode(login);
  if (code) await post("/verify-email", { email, code }, [devices.laptop, cookie]);
  if ((await post("/sign-in", { email, password }, [devices.laptop])).status !== 303)
    throw new Trouble(`${account.email} has another password in ${database}. Remove that folder to start anew.`);
  await post("/sign-in", { email, password: "a slip of the finger" }, [devices.phone]);
  for (const agent of [devices.phone, devices.desktop]) await post("/sign-in", { email, password }, [agent]);
}

const cookiesOf = ({ headers }: Response) =>
  headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");

/** The code in the newest mail; undefined when none comes, as for an account from an earlier demo. */
async function newestCode(login: string): Promise<string | undefined> {
  for (let tries = 0; tries < 50; tries++) {
    const code = /data-copy="(\d{6})"/.exec(await (await fetch(`${login}/dev/mail`)).text())?.[1];
    if (code) return code;
    await Bun.sleep(100);
  }
  return undefined;
}
