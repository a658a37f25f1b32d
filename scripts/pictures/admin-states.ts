import type { State } from "./states";

/** The pages of administrators, as somebody with the role finds them on a busy day. */
export const administering: State[] = [
  {
    name: "admin",
    title: "Administration",
    async act({ page, becomeAdmin }) {
      await becomeAdmin();
      await page.goto("/admin");
    },
  },
  { name: "admin-people", title: "People", act: ({ page }) => page.goto("/admin/people") },
  {
    name: "admin-person",
    title: "One person",
    async act({ page }) {
      await page.goto("/admin/people?search=grace");
      await page.getByRole("link", { name: "Grace Hopper" }).first().click();
      await page.getByRole("heading", { name: "Grace Hopper" }).waitFor();
    },
  },
  {
    name: "admin-suspend",
    title: "Suspending somebody",
    async act({ page }) {
      await page.goto(`${page.url()}/suspend`);
    },
  },
  { name: "admin-invitations", title: "Invitations", act: ({ page }) => page.goto("/admin/invitations") },
  { name: "admin-events", title: "Events", act: ({ page }) => page.goto("/admin/events") },
];
