import { Elysia } from "elysia";
import { AccountActivityPage } from "../../../views/account-activity";
import { deviceName } from "../../account/devices";
import { activityOf } from "../../account/events";
import { page } from "../../http/html";
import type { PageNeeds } from "../needs";
import { forOwner } from "./act";

const path = "/account/activity";
const onOnePage = 30;

/** `/account/activity`: what happened to the account, newest first, refusals included. */
export function activityPage(needs: PageNeeds) {
  const { frame, account } = needs;
  return new Elysia({ name: "page/account/activity" }).get(
    path,
    forOwner(needs, async (request, signedIn) => {
      const ownFrame = frame(request);
      const before = eventIdIn(request);
      const found = await activityOf(account.database, signedIn.user.id, { count: onOnePage + 1, before });
      const shown = found.slice(0, onOnePage);
      const names = new Map(
        [...new Set(shown.map(({ userAgent }) => userAgent))].map((userAgent) => [
          userAgent,
          userAgent && deviceName(userAgent, ownFrame.words),
        ]),
      ); // most are one browser's
      const events = shown.map((event) => ({ ...event, device: names.get(event.userAgent) ?? null }));
      const older = found.length > onOnePage ? `${path}?before=${shown.at(-1)?.id}` : undefined;
      return page(AccountActivityPage({ frame: ownFrame, events, older, isFirstPage: before === undefined }));
    }),
  );
}

/** Where to go on reading, from the page's address; anything but a whole number means the beginning. */
function eventIdIn(request: Request): number | undefined {
  const text = new URL(request.url).searchParams.get("before") ?? "";
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
