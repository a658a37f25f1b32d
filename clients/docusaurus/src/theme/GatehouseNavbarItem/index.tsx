import type { Props } from "@theme/GatehouseNavbarItem";
import type { ReactNode } from "react";
import Desktop from "./desktop";
import Mobile from "./mobile";

/** `{ type: "custom-gatehouse", position: "right" }`: "Sign in", or the reader's name with a menu. */
export default function GatehouseNavbarItem({ mobile, ...props }: Props): ReactNode {
  return mobile ? <Mobile {...props} /> : <Desktop {...props} />;
}
