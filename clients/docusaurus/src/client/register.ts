import ComponentTypes from "@theme/NavbarItem/ComponentTypes";
import GatehouseNavbarItem from "@theme/GatehouseNavbarItem";

/**
 * Makes `{ type: "custom-gatehouse" }` known to the theme. Docusaurus admits foreign types under the prefix `custom-`
 * alone. The theme's own table is added to, instead of being replaced by a wrapper, so that it does not matter in
 * which order themes and plugins are listed, or whether the site has its own version of the table.
 */
ComponentTypes["custom-gatehouse"] = GatehouseNavbarItem;
