import { create, get, type Held, type Options, type Slip } from "./authenticator";
import type { Got, Visitor } from "./harness";

/** What people do with passkeys, in a browser without a window: the pages, and an authenticator in software. */

export const list = "/account/security/passkeys";

const read = (got: Got): Options => JSON.parse(got.text);

export const newOptions = async (visitor: Visitor) => read(await visitor.post(`${list}/options`, {}));
export const signInOptions = async (visitor: Visitor) => read(await visitor.get("/sign-in/passkey/options"));
export const proofOptions = async (visitor: Visitor) => read(await visitor.get(`${list}/proof`));

/** Makes a passkey and sends it; gives it with the answer. */
export async function add(visitor: Visitor, slip: Slip = {}): Promise<{ got: Got; held: Held }> {
  const { held, answer } = await create(await newOptions(visitor), visitor.origin, slip);
  return { got: await visitor.post(list, { new: answer }), held };
}

/** Signs in with a passkey. */
export async function enter(visitor: Visitor, held: Held, slip: Slip = {}): Promise<Got> {
  const passkey = await get(await signInOptions(visitor), visitor.origin, held, slip);
  return visitor.post("/sign-in/passkey", { passkey, remember: "on" });
}
