import type { Config } from "@docusaurus/types";

/** The documentation of Gatehouse as a site, with Gatehouse's own login in its navbar. */

const gatehouse = process.env.GATEHOUSE_URL ?? "http://localhost:3000";
const site = process.env.DOCS_URL ?? "http://localhost:3001";
const api = process.env.API_URL ?? "http://localhost:8000";

/** The pages of the packages, which are read at their registries too. */
const readmes = [
  ["docusaurus", "../../clients/docusaurus"],
  ["javascript", "../../clients/javascript"],
  ["fastapi", "../../clients/python"],
].map(([id, path]): [string, object] => [
  "@docusaurus/plugin-content-docs",
  { id, path, routeBasePath: id, include: ["README.md"], sidebarPath: false },
]);

export default {
  title: "Gatehouse",
  favicon: "mark.svg",
  url: site,
  baseUrl: "/",
  plugins: [
    ["docusaurus-plugin-gatehouse", { url: gatehouse }],
    ["@docusaurus/plugin-content-docs", { path: "../../docs", sidebarPath: "./sidebars.ts" }],
    ...readmes,
    "@docusaurus/plugin-content-pages",
  ],
  themes: [["@docusaurus/theme-classic", { customCss: "./src/css/site.css" }]],
  themeConfig: {
    navbar: {
      title: "Gatehouse",
      logo: { src: "mark.svg", alt: "", width: 32, height: 32 }, // or the title moves when it is loaded
      items: [
        { type: "docSidebar", sidebarId: "docs", label: "Docs" },
        { to: "/me", label: "Call the API" },
        { type: "custom-gatehouse", position: "right" },
      ],
    },
    colorMode: { respectPrefersColorScheme: true },
  },
  customFields: { api },
  markdown: { format: "detect" }, // the files are plain Markdown, and are read on GitHub too
  onBrokenLinks: "throw",
  onBrokenAnchors: "ignore", // on GitHub the title of a page has an anchor too
  future: { v4: true, faster: true },
} satisfies Config;
