import { byUser } from "../../account/act";
import type { OtherWay } from "../../account/other-ways";
import { withDeadline } from "../../../db/deadline";
import { Field } from "../../../views/kit";
import { done } from "../../result";
import { factorRemoval, hasApp, setUpAt, useFactor } from "./factor";
import { countGuess, endGuess } from "./guesses";
import { factorPath } from "./paths";
import { codesLeft } from "./recovery-codes";
import { mayBeCode, noteRecovery } from "./step";
import type { FactorTools } from "./tools";
import { words } from "./words";

/** The field for a code in a form, for whoever has an app. */
export const codePart: Pick<OtherWay, "isThere" | "view"> = {
  isThere: (on, userId) => withDeadline(hasApp(on, userId)),
  view(_services, { language, words: common }) {
    const { code, prove } = words[language];
    return <Field words={common} name="code" label={code} autocomplete="one-time-code" hint={prove.hint} />;
  },
};

/** A recovery code, or one of the app, where nobody is signed in: it backs whatever opens an account. */
export const codeWay = (tools: FactorTools): OtherWay => ({
  ...codePart,
  role: "backs",
  field: "code",
  isEnough: async (on, userId) => (await withDeadline(codesLeft(on, userId))) > 0,
  lacking: (language) => ({ ...words[language].lacking, href: factorPath }),
  async check(services, visit, { userId, value: typed }) {
    if (!mayBeCode(typed)) return tools.refuse("factor_code_missing");
    const counted = await countGuess(services, tools, { visit, userId, typed });
    if (!counted.ok) return counted;
    const used = await tools.act(services, { visit, subject: byUser(userId) }, async (acting) => {
      const method = await useFactor(acting.inner, { userId, typed }, tools);
      if (method === undefined) return tools.refuse("factor_code_wrong");
      if (method === "recovery") await noteRecovery(acting, userId);
      const appOf = await setUpAt(acting.inner, userId);
      return done({
        proved: { factors: 2 as const, methods: ["link", method] },
        isStillGood: async (inner: typeof acting.inner) => (await setUpAt(inner, userId)) === appOf,
      });
    });
    await endGuess(services, tools, { visit, userId, typed, limits: counted.value, came: used });
    return used;
  },
  removal: factorRemoval,
});
