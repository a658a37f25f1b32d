/** Who is calling? For JavaScript backends behind a Gatehouse login. */

export { type Answer, type Caller, type Session, Unavailable, type User } from "./caller.js";
export { type AskOptions, createGatehouse, type Demands, type Gatehouse } from "./gatehouse.js";
export type { Options } from "./options.js";
export { type RefusalBody, type RefusalCode, Refused } from "./refused.js";
export type { AnyRequest, NodeRequest, WebRequest } from "./request.js";
