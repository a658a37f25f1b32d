import { createGatehouse } from "gatehouse-js";

const { GATEHOUSE_URL: url, LIVE_KEY: liveKey, PORT } = process.env;

/** Where Gatehouse is, and where to listen. */
export { url };
export const port = Number(PORT);
/** A client that asks each time, and one that has a memory; as patient as may be, where other programs run too. */
export const asking = createGatehouse({ url, deadlineSeconds: 5 });
export const live = createGatehouse({ url, liveKey, deadlineSeconds: 5 });
