import { expect, test } from "bun:test";
import { administration } from "../../src/capabilities/administration/index";
import { twoFactor } from "../../src/capabilities/two-factor/index";
import { giveRole } from "../support/golden";
import { startGatehouse } from "../support/harness";

/** What an administrator reads before an act: whether the person is told of it. */

const told = "They’re told by email.";
const untold = "They aren’t told by email, because their address isn’t confirmed.";
const mailOff = "They aren’t told by email, which is switched off here (MAIL=off).";

test("an act says whether the person is told of it by mail", async () => {
  const settings: Record<string, string>[] = [{}, { MAIL: "off" }];
  const said: string[] = [];
  const undoing: string[] = [];
  for (const own of settings) {
    const gatehouse = await startGatehouse(own, undefined, [twoFactor, administration]);
    const [admin, other] = [gatehouse.visitor(), gatehouse.visitor()];
    const { email } = await admin.join();
    await giveRole(gatehouse, email);
    const { email: theirs } = await other.join();
    for (const isConfirmed of [true, false]) {
      const update = `update "user" set email_verified = $1 where email = $2 returning id`;
      const [row] = await gatehouse.rows<{ id: string }>(update, [isConfirmed, theirs]);
      for (const act of ["suspend", "sign-out", "delete"]) {
        const { page } = await admin.get(`/admin/people/${row?.id}/${act}`);
        const lead = page.querySelector("main .lead")?.text ?? "";
        said.push([told, untold, mailOff].find((sentence) => lead.endsWith(` ${sentence}`)) ?? lead);
      }
    }
    const { page } = await admin.get(`/admin/people?search=${theirs}`);
    const path = page.querySelector(".people a")?.getAttribute("href") ?? "";
    undoing.push((await admin.get(`${path}/email`)).page.querySelector("main .lead")?.text ?? "");
    await gatehouse.close();
  }
  const three = (sentence: string) => [sentence, sentence, sentence];
  expect(said).toEqual([told, untold, mailOff, mailOff].flatMap(three));
  expect(undoing).toEqual([
    expect.stringContaining("can undo it for a week"),
    "They’ll be signed out everywhere. Email is off here (MAIL=off): the old address can’t undo it.",
  ]);
});
