/// <reference types="@docusaurus/theme-classic" />

/** What a site written in TypeScript knows about the navbar's item when it makes it its own. */
declare module "@theme/GatehouseNavbarItem" {
  import type { ReactNode } from "react";

  export interface Props {
    /** Docusaurus shows each item twice: in the navbar, and in the sidebar of small screens. */
    mobile?: boolean;
    position?: "left" | "right";
    className?: string;
    /** Closes the sidebar of small screens. */
    onClick?: () => void;
  }

  /** `{ type: "custom-gatehouse", position: "right" }`: "Sign in", or the reader's name with a menu. */
  export default function GatehouseNavbarItem(props: Props): ReactNode;
}
