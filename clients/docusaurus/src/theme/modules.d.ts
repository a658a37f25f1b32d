/// <reference types="@docusaurus/theme-classic" />

declare module "@theme/GatehouseNavbarItem" {
  export { default, type Props } from "./GatehouseNavbarItem";
}

declare module "*.module.css" {
  const classes: Record<string, string>;
  export default classes;
}
