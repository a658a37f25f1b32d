import { afterAll, beforeAll, describe } from "bun:test";
import { itemForEverybody } from "./accessibility";
import { comingBack } from "./coming-back";
import { pages, readers, strangerOrigin } from "./journey";
import { links } from "./links";
import { ownersMistakes } from "./mistakes";
import { otherSite } from "./other-site";
import { weight } from "./weight";
import { startWorld, type World } from "./world";

/** The docs site as people meet it: packed, installed, built, served as files, in a real browser, beside the real program. */

let started: World;
beforeAll(async () => {
  started = await startWorld();
}, 120_000);
afterAll(() => started.close());
const world = () => started;

readers(world);
links(world);
comingBack(world);
pages(world);
strangerOrigin(world);
describe("the navbar's item", () => itemForEverybody(world));
otherSite(world);
weight(world);
ownersMistakes(world);
