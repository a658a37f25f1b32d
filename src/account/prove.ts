import { withDeadline } from "../../db/deadline";
import type { Orm } from "../../db/types";
import { firstProblem } from "../http/form";
import type { Visit } from "../http/visit";
import type { ProblemCode } from "../http/problem";
import { done, refused, type Result } from "../result";
import { act, bySession, type Acting } from "./act";
import type { OtherWay } from "./other-ways";
import type { Services, WithScripts } from "./services";
import { rotateSession, type Current, type Rotated } from "./sessions";
import { beginSignIn, noteRefusal, noteSignIn } from "./sign-in";
import { passwordHashOf, stillHasHash } from "./statements";
import { upgradeHash } from "./upgrade-hash";

/** A user who is signed in, and proves again who they are. */
export interface Prover {
  current: Current;
  email: string;
}

/** What is given as a proof, with the password for a proof that is given together with it. */
export interface Given extends Prover {
  value: string;
  password: string;
}

/** A way to prove again who one is, for what a session alone must not do. */
export interface Proof {
  /** The field of the form that carries it. */
  field: string;
  /** How many factors it proves: two open what is done to the second factor itself. */
  factors: 1 | 2;
  /** Whether it is given together with the password: it is asked for only where the password is too little. */
  withPassword?: boolean;
  /** The problem when the field came empty. */
  missing: ProblemCode;
  /** Checks it; the session in use is replaced by a new one, which is given. */
  check(services: Services, visit: Visit, given: Given): Promise<Result<Rotated>>;
  /** Who can give it, and what it adds to the form that asks for a proof; the password has its own place there. */
  part?: Pick<OtherWay, "isThere" | "view">;
}

/** The proofs that are two factors by themselves. */
export const strongProofs = ({ proofs }: { proofs: readonly Proof[] }): Proof[] =>
  proofs.filter(({ factors, withPassword }) => factors > 1 && !withPassword);

/** What is there for a user of the parts that proofs add to the form that asks for one. */
async function partsOf(on: Orm, proofs: readonly Proof[], userId: string) {
  const parts = proofs.flatMap(({ part }) => part ?? []);
  const there = await Promise.all(parts.map(({ isThere }) => isThere(on, userId)));
  return parts.filter((_, place) => there[place]);
}

/** Whether a user can give one of these proofs, besides the password. */
export const canGive = async (on: Orm, proofs: readonly Proof[], userId: string): Promise<boolean> =>
  (await partsOf(on, proofs, userId)).length > 0;

/** What proofs add to the form that asks for one, of those among them that the user can give. */
export async function viewsOf(
  services: WithScripts,
  proofs: readonly Proof[],
  { visit, userId }: { visit: Visit; userId: string },
): Promise<JSX.Element[]> {
  return (await partsOf(services.database.orm, proofs, userId)).map(({ view }) => view(services, visit));
}

/**
 * The password, as a proof. It is a try to sign in, with its limits, its events and the warning of a new device; only
 * that the new session takes the place of the one in use.
 */
export const passwordProof: Proof = {
  field: "proof",
  factors: 1,
  missing: "password_missing",
  async check(services, visit, { current, email, value: password }) {
    const right = await checkPassword(services, visit, { current, email, password });
    if (!right.ok) return right;
    const { isStillRight, note, forget } = right.value;
    const proved = await act(services, { visit, subject: bySession(current) }, async (acting) => {
      if (!(await isStillRight(acting.inner))) return refused("password_wrong");
      const rotated = await rotateSession(acting.inner, services, { visit, current });
      if (rotated.ok) await note(acting);
      return rotated;
    });
    if (proved.ok) await forget();
    return proved;
  },
};

/** A password that was right. */
interface RightPassword {
  /** Whether it still is, asked under the user's lock. */
  isStillRight(inner: Orm): Promise<boolean>;
  /** Notes the proof inside its act, as a sign-in is noted. */
  note(acting: Acting<unknown>): Promise<void>;
  /** Its limits forget the try. */
  forget(): Promise<void>;
}

/** Checks the password of somebody who is signed in, as a try to sign in. Replaces no session. */
export async function checkPassword(
  services: Services,
  visit: Visit,
  { current: { userId }, email, password: value }: Prover & { password: string },
): Promise<Result<RightPassword>> {
  const { database, passwords, throttle } = services;
  const { password: typedPassword } = await import("../guard/fields"); // with its library of schemas
  const typed = typedPassword.safeParse(value);
  if (!typed.success) return firstProblem(typed.error); // what no password can be costs no hash
  const password = typed.data;
  return passwords.admit(async () => {
    const begun = await beginSignIn(services, visit, { email, kind: "proved" });
    if (!begun.ok) return begun;
    const tried = begun.value;
    const stored = (await withDeadline(passwordHashOf(database.orm, userId))) ?? "";
    if (!(await passwords.verify({ hash: stored, password }))) {
      await noteRefusal(services, tried);
      return refused("password_wrong");
    }
    const hash = await upgradeHash(services, userId, { hash: stored, password }); // else a sign-in could, meanwhile
    return done({
      isStillRight: stillHasHash(userId, hash),
      note: (acting) => noteSignIn(services, acting, { tried, userId }),
      forget: () => throttle.forgive(tried.limits),
    });
  });
}
