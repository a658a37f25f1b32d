import { withDeadline } from "../../db/deadline";
import { firstProblem } from "../http/form";
import type { Visit } from "../http/visit";
import type { ProblemCode } from "../http/problem";
import { done, refused, type Result } from "../result";
import { act, bySession } from "./act";
import type { Services, WithScripts } from "./services";
import { rotateSession, type Current, type Rotated } from "./sessions";
import { beginSignIn, noteRefusal, noteSignIn } from "./sign-in";
import { passwordHashOf } from "./statements";

/** A user who is signed in, and proves again who they are. */
export interface Prover {
  current: Current;
  email: string;
}

/** A way to prove again who one is, for what a session alone must not do. */
export interface Proof {
  /** The field of the form that carries it. */
  field: string;
  /** How many factors it proves: two open what is done to the second factor itself. */
  factors: 1 | 2;
  /** The problem when the field came empty. */
  missing: ProblemCode;
  /** Checks it; the session in use is replaced by a new one, which is given. */
  check(services: Services, visit: Visit, given: Prover & { value: string }): Promise<Result<Rotated>>;
  /** What it adds to the form that asks for a proof, for a user who can give it. */
  view?(services: WithScripts, visit: Visit, userId: string): Promise<JSX.Element | undefined>;
}

/**
 * The password, as a proof. It is a try to sign in, with its limits, its events and the warning of a new device; only
 * that the new session takes the place of the one in use.
 */
export const passwordProof: Proof = {
  field: "proof",
  factors: 1,
  missing: "password_missing",
  async check(services, visit, { current, email, value }) {
    const { database, passwords, throttle } = services;
    const { password: typedPassword } = await import("../guard/fields"); // with its library of schemas
    const typed = typedPassword.safeParse(value);
    if (!typed.success) return firstProblem(typed.error); // what no password can be costs no hash
    const password = typed.data;
    return passwords.admit(async () => {
      const begun = await beginSignIn(services, visit, { email, kind: "proved" });
      if (!begun.ok) return begun;
      const tried = begun.value;
      const hash = (await withDeadline(passwordHashOf(database.orm, current.userId))) ?? "";
      if (!(await passwords.verify({ hash, password }))) {
        await noteRefusal(services, tried);
        return refused("password_wrong");
      }
      const proved = await act(services, { visit, subject: bySession(current) }, async (acting) => {
        if ((await passwordHashOf(acting.inner, current.userId)) !== hash) return refused("password_wrong");
        const rotated = await rotateSession(acting.inner, { visit, current, lengths: services.config.sessions });
        if (!rotated) return refused("signed_out");
        await noteSignIn(services, acting, { tried, userId: current.userId });
        return done(rotated);
      });
      if (proved.ok) await throttle.forgive(tried.limits);
      return proved;
    });
  },
};
