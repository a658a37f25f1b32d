import type { Children } from "@kitajs/html";
import { AccountLayout } from "../../../../views/account-layout";
import type { PageContext, Section } from "../../../../views/layout";
import { Notice } from "../../../../views/problems";
import type { PageWords } from "../words/pages";

/** What every page of the administration has. */
export interface AdminFrame {
  frame: PageContext;
  own: PageWords;
}

interface AdminLayoutProps extends AdminFrame {
  /** The path of the section that is shown. */
  here: string;
  title: string;
  head?: Children;
  lead?: Children;
  /** What has just been done. */
  notice?: string;
  wrong?: boolean;
  children: Children;
}

/** A page of the administration: like one of the account, with sections of its own and the way back. */
export function AdminLayout({ frame, own, notice, children, ...rest }: AdminLayoutProps) {
  return (
    <AccountLayout frame={{ ...frame, sections: sectionsOf(own) }} area={own.area} {...rest}>
      <Notice text={notice} takesFocus />
      {children as "safe"}
    </AccountLayout>
  );
}

/**
 * How a search is sent while somebody types: each answer is a whole page, of which scripts take the list, and the links
 * to the same in other languages.
 */
export const asOneTypes = (path: string, trigger: string) => ({
  "hx-get": path,
  "hx-trigger": trigger,
  "hx-target": "#found",
  "hx-select": "#found",
  "hx-select-oob": "footer:outerHTML:footer",
  "hx-swap": "outerMorph",
  "hx-sync": "this:replace",
});

const sectionsOf = ({ sections }: PageWords): Section[] => [
  { path: "/admin", title: sections.overview, icon: "overview" },
  { path: "/admin/people", title: sections.people, icon: "profile" },
  { path: "/admin/invitations", title: sections.invitations, icon: "mail" },
  { path: "/admin/events", title: sections.events, icon: "activity" },
  { path: "/account", title: sections.account, icon: "back" },
];
