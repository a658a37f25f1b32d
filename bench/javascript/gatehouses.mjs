import { createGatehouse } from "gatehouse-js";

const { GATEHOUSE_URL: url, LIVE_KEY: liveKey, PORT } = process.env;

/** Where Gatehouse is, and where to listen. */
export { url };
export const port = Number(PORT);
/** A client that asks each time, and one that has a memory. */
export const [asking, live] = [createGatehouse({ url }), createGatehouse({ url, liveKey })];
