import { invite as inviteAddress, listInvitations, revokeInvitation } from "../../../account/invitations";
import { email as typedEmail } from "../../../guard/fields";
import type { Language } from "../../../http/language";
import type { Result } from "../../../result";
import { begin, refuse, refuseTyped, type By, type Hands } from "./act";

/** Invitations, as administrators make and end them. */

interface Invited {
  email: string;
  by: By;
}

/**
 * Invites an address, in a language; once more is another mail, and the link of the first one ends. Gives the id of the
 * invitation. Refused with `has_account` where an account has confirmed the address, and `mail_off` without mail.
 */
export async function invite(
  hands: Hands,
  { email, language, by }: Invited & { language?: Language },
): Promise<Result<{ id: string }>> {
  if (!hands.outbox.isOn) return refuse("mail_off");
  const typed = typedEmail.safeParse(email);
  if (!typed.success) return refuseTyped(typed.error);
  return begin(hands, { what: "invite", by, language }, ({ inner, client, order }) => {
    const doing = { by: by.actor, reason: by.reason, client };
    return inviteAddress({ inner, order }, { email: typed.data, language: client.language, ...doing });
  });
}

/** Ends the invitation of an address that waits. Refused with `invitation_gone` where there is none. */
export async function uninvite(hands: Hands, { email, by }: Invited): Promise<Result> {
  const typed = typedEmail.safeParse(email);
  if (!typed.success) return refuse("invitation_gone");
  return begin(hands, { what: "invite", by }, async ({ inner, client }) => {
    const [newest] = await listInvitations(inner, { count: 1, email: typed.data });
    if (newest?.state !== "waiting") return refuse("invitation_gone");
    const doing = { by: by.actor, reason: by.reason, client };
    const ended = await revokeInvitation(inner, { id: newest.id, ...doing });
    return ended.ok ? ended : refuse("invitation_gone"); // by another request, just now
  });
}
