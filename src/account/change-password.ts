import { withDeadline } from "../../db/deadline";
import type { Visit } from "../http/visit";
import { passwordLimits } from "../guard/throttle";
import { refused, type Result } from "../result";
import { noteRefusedSignIn } from "./access";
import { act, bySession } from "./act";
import { deviceOf, isKnownDevice, noteDevice } from "./devices";
import { record } from "./events";
import type { Services } from "./services";
import { endOthers, rotateSession, type Current, type Rotated } from "./sessions";
import { passwordHashOf, replacePassword } from "./statements";
import { endTokens } from "./tokens";
import { upgradeHash } from "./upgrade-hash";
import { warnCounted } from "./warn";

/** A password to be changed: whose, with what the user typed. */
export interface PasswordChange {
  current: Current;
  email: string;
  oldPassword: string;
  newPassword: string;
  signOutOthers: boolean;
}

/**
 * Changes a password, by a user who knows the current one. Of several at the same time one succeeds: the write is bound
 * to the hash that was checked. Links for a new password die, the owner is told by mail, and the session in use is
 * replaced by a new one, which is given: whoever had a copy of its cookie is out.
 */
export async function changePassword(
  services: Services,
  visit: Visit,
  change: PasswordChange,
): Promise<Result<Rotated>> {
  const { database, passwords, throttle } = services;
  const { current, email, oldPassword, newPassword } = change;
  const device = deviceOf(visit, services);
  // The try is counted once a place for its hashing is free: to be turned away as busy is no try.
  return passwords.admit(async () => {
    const isKnown = await isKnownDevice(services, email, device);
    const limits = passwordLimits(email, visit, isKnown ? device.hash : undefined);
    const counted = await throttle.take([...limits, { kind: "change", key: `password ${current.userId}` }]);
    if (!counted.ok) {
      noteRefusedSignIn(services, visit, { way: "password", reason: "throttled", email });
      return counted;
    }
    const stored = (await withDeadline(passwordHashOf(database.orm, current.userId))) ?? "";
    const typed = { hash: stored, password: oldPassword };
    if (!(await passwords.verify(typed))) {
      const event = { kind: "password_changed", outcome: "refused", client: visit } as const;
      await record(database.orm, { userId: current.userId }, event);
      noteRefusedSignIn(services, visit, { way: "password", reason: "wrong_password", email });
      return refused("password_wrong");
    }
    if (newPassword === oldPassword) return refused("password_same");
    const from = await upgradeHash(services, current.userId, typed); // else a sign-in could, meanwhile
    const changed = await write(services, visit, { ...change, from, to: await passwords.hash(newPassword) });
    if (changed.ok) await throttle.forgive(limits);
    return changed;
  });
}

type Written = PasswordChange & { from: string; to: string };

async function write(services: Services, visit: Visit, change: Written): Promise<Result<Rotated>> {
  const { current, email, from, to, signOutOthers } = change;
  const { userId, sessionId } = current;
  const device = deviceOf(visit, services);
  return act(services, { visit, subject: bySession(current) }, async (acting) => {
    const { inner } = acting;
    if (!(await replacePassword(inner, userId, { from, to }))) return refused("password_wrong"); // changed meanwhile
    if (signOutOthers) await endOthers(inner, userId, { sessionId, device });
    await endTokens(inner, userId);
    await noteDevice(inner, userId, device);
    await acting.record("password_changed");
    await warnCounted(services, acting, { kind: "password_changed", recipient: email, userId });
    return rotateSession(inner, services, { visit, current });
  });
}
