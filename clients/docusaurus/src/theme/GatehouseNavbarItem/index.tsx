import { type ReactNode } from "react";
import Desktop from "./desktop";
import Mobile from "./mobile";

export interface Props {
  /** Docusaurus shows each item twice: in the navbar, and in the sidebar of small screens. */
  mobile?: boolean;
  position?: "left" | "right";
  className?: string;
  /** Closes the sidebar of small screens. */
  onClick?: () => void;
}

/** `{ type: "custom-gatehouse", position: "right" }`: "Sign in", or the reader's name with a menu. */
export default function GatehouseNavbarItem({ mobile, ...props }: Props): ReactNode {
  return mobile ? <Mobile {...props} /> : <Desktop {...props} />;
}
