export type { Session, User } from "./session.js";
export { useGatehouse } from "./use-gatehouse.js";
export { SignedIn, SignedOut } from "./signed.js";
export { AccountLink, SignInLink, SignInLinkWithoutScripts, SignOutLink } from "./links.js";
