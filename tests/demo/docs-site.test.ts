import { afterAll, beforeAll, describe, test } from "bun:test";
import { itemForEverybody } from "./accessibility";
import { comingBack, question } from "./coming-back";
import { foreignAnswerers, pages, readers, strangerOrigin } from "./journey";
import { links } from "./links";
import { ownersMistakes } from "./mistakes";
import { otherSite } from "./other-site";
import { weight } from "./weight";
import { startWorld, type Scenes, type World } from "./world";

/**
 * The docs site as people meet it: packed, installed, built, served as files, in a real browser, beside the program.
 */

const seconds = 1000;

let started: World;
beforeAll(async () => {
  started = await startWorld();
}, 300 * seconds);
afterAll(() => started.close());

const groups: Record<string, Scenes> = {
  "a reader": readers,
  "the link": links,
  "a session that ended elsewhere is seen": comingBack,
  "the question": question,
  "the page": { ...pages, ...foreignAnswerers },
  "an origin that is not in TRUSTED_ORIGINS": strangerOrigin,
  "the navbar's item": itemForEverybody,
  "another site": otherSite,
};
for (const [group, scenes] of Object.entries(groups))
  describe(group, () => {
    // webpack takes its time
    for (const [title, scene] of Object.entries(scenes)) test(title, () => scene(started), 180 * seconds);
  });
weight(() => started);
ownersMistakes(() => started);
