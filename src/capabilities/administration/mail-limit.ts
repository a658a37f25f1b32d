import type { Limit } from "../../guard/throttle";

/**
 * The limit of mails to an address that people with a role ask for. It is not the one of what anybody may ask for, or a
 * stranger would keep an address from being invited, or helped, for as long as they like.
 */
export const staffMail = (address: string): Limit => ({ kind: "mail", key: `${address} by staff` });
