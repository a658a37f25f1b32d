import { bySession } from "../../account/act";
import { checkPassword, type Proof } from "../../account/prove";
import { rotateSession } from "../../account/sessions";
import { refused } from "../../result";
import { useFactor } from "./factor";
import { countGuess, endGuess } from "./guesses";
import { mayBeCode, noteRecovery } from "./step";
import type { FactorTools } from "./tools";
import { codePart } from "./way";

/** A code together with the password, as a proof of two factors: a sign-in of both steps at once. */
export const codeProof = (tools: FactorTools): Proof => ({
  field: "code",
  factors: 2,
  withPassword: true,
  missing: tools.refuse("factor_code_missing").problem,
  async check(services, visit, { current, email, value: typed, password }) {
    const { userId } = current;
    if (!mayBeCode(typed)) return tools.refuse("factor_code_missing");
    const right = await checkPassword(services, visit, { current, email, password });
    if (!right.ok) return right;
    const { isStillRight, note, forget } = right.value;
    await forget(); // whatever comes of the code, which has limits of its own
    const counted = await countGuess(services, tools, { visit, userId, typed });
    if (!counted.ok) return counted;
    const proved = await tools.act(services, { visit, subject: bySession(current) }, async (acting) => {
      if (!(await isStillRight(acting.inner))) return refused("password_wrong");
      const method = await useFactor(acting.inner, { userId, typed }, tools);
      if (method === undefined) return tools.refuse("factor_code_wrong");
      if (method === "recovery") await noteRecovery(acting, userId);
      const both = { factors: 2 as const, methods: ["password", method] };
      const rotated = await rotateSession(acting.inner, services, { visit, current, proved: both });
      if (rotated.ok) await note(acting);
      return rotated;
    });
    await endGuess(services, tools, { visit, userId, typed, limits: counted.value, came: proved });
    return proved;
  },
  part: codePart,
});
