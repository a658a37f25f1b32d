import type { ReactNode } from "react";
import { useGatehouse } from "./use-gatehouse.js";

interface Props {
  children: ReactNode;
}

/** Shows its content to people who are signed in. Comfort, not protection: the content is in the page's scripts. */
export function SignedIn({ children }: Props): ReactNode {
  return useGatehouse().status === "signed-in" ? children : null;
}

/** Shows its content to people of whom it is known that they are not signed in. */
export function SignedOut({ children }: Props): ReactNode {
  return useGatehouse().status === "signed-out" ? children : null;
}
