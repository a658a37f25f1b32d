export type { Session, User } from "./session";
export { useGatehouse } from "./use-gatehouse";
export { SignedIn, SignedOut } from "./signed";
export { AccountLink, SignInLink, SignInLinkWithoutScripts, SignOutLink } from "./links";
