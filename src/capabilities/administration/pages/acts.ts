import * as z from "zod";
import type { Form } from "../../../http/form";
import type { Result } from "../../../result";
import type { PageServices } from "../../../pages/services";
import { requireNewPassword, resume, sendLink, signOut, suspend, takeOffWay } from "../people/access";
import { refuse, type ActName, type Order } from "../people/act";
import { confirm, resendConfirmation, setEmail } from "../people/address";
import { remove } from "../people/existence";
import { exportPerson } from "../people/export";
import type { PersonView } from "../people/person";
import { giveRole, takeRole } from "../people/roles";
import type { PageWords } from "../words/pages";

/** What can be done to somebody on the pages, by the name that stands in the path. */
export type PersonAct = keyof PageWords["acts"];

/** A field that an act has besides the reason; `seen` is the address on the page, which nobody types. */
export type ActField = "until" | "words" | "email" | "seen" | "isConfirmed" | "now";

interface Act {
  what: ActName;
  fields?: readonly ActField[];
  /** Whether it takes something away. */
  isDanger?: boolean;
  needsMail?: boolean;
  /** Whether the person is told of it by mail, at an address that was confirmed. */
  isTold?: boolean;
  /** The address that gets a mail because somebody wants it to: as often as anybody may ask for mails to it. */
  mailsTo?(person: PersonView, form: Form): string | undefined;
  /** Whether it makes sense for somebody as they are. */
  fits(person: PersonView, services: PageServices): boolean;
}

/** Either it is done, or it gives a file: the pieces of a JSON text. */
type Offered = Act &
  (
    | { run(services: PageServices, order: Order, form: Form): Promise<Result<unknown>>; download?: undefined }
    | { download(services: PageServices, order: Order): Promise<Result<AsyncGenerator<string>>> }
  );

/** All that can be done to somebody, in the order in which it is shown. Who may do what stands in `people/act.ts`. */
export const personActs: Record<PersonAct, Offered> = {
  resume: { what: "resume", isTold: true, fits: ({ suspension }) => suspension !== undefined, run: resume },
  suspend: {
    what: "suspend",
    fields: ["until", "words"],
    isDanger: true,
    isTold: true,
    fits: ({ suspension }) => suspension === undefined,
    run: async (hands, order, form) => {
      const until = dayIn(form.get("until"));
      if (until === null) return refuse("until_past");
      return suspend(hands, { ...order, until, words: form.get("words").trim() });
    },
  },
  "sign-out": { what: "signOut", isTold: true, fits: ({ sessions }) => sessions.length > 0, run: signOut },
  link: {
    what: "sendLink",
    needsMail: true,
    mailsTo: ({ profile }) => profile.email,
    fits: ({ suspension }) => suspension === undefined,
    run: sendLink,
  },
  "new-password": {
    what: "requireNewPassword",
    isDanger: true,
    needsMail: true,
    fits: ({ waysIn }) => waysIn.password,
    run: requireNewPassword,
  },
  "second-factor-off": {
    what: "takeOffWay",
    isDanger: true,
    isTold: true,
    fits: ({ hasSecondFactor }, services) => hasSecondFactor && backing(services) !== undefined,
    run: async (services, order) => {
      const removal = backing(services);
      return removal ? takeOffWay(services, { ...order, removal }) : refuse("not_allowed");
    },
  },
  email: {
    what: "setEmail",
    fields: ["email", "isConfirmed"],
    mailsTo: (_, form) => (form.get("isConfirmed") === "on" ? undefined : form.get("email")),
    fits: () => true,
    run: (hands, order, form) =>
      setEmail(hands, { ...order, email: form.get("email"), isConfirmed: form.get("isConfirmed") === "on" }),
  },
  confirm: {
    what: "confirm",
    fields: ["seen"],
    fits: ({ profile }) => !profile.isConfirmed,
    run: (hands, order, form) => confirm(hands, { ...order, email: form.get("seen") }),
  },
  resend: {
    what: "resendConfirmation",
    needsMail: true,
    mailsTo: ({ profile }) => profile.email,
    fits: ({ profile }) => !profile.isConfirmed,
    run: resendConfirmation,
  },
  "give-admin": {
    what: "giveRole",
    fits: ({ roles, profile }) => profile.isConfirmed && !roles.includes("admin"),
    run: (hands, order) => giveRole(hands, { ...order, role: "admin" }),
  },
  "give-support": {
    what: "giveRole",
    fits: ({ roles, profile }) => profile.isConfirmed && roles.length === 0,
    run: (hands, order) => giveRole(hands, { ...order, role: "support" }),
  },
  "take-admin": {
    what: "takeRole",
    isDanger: true,
    fits: ({ roles }) => roles.includes("admin"),
    run: (hands, order) => takeRole(hands, { ...order, role: "admin" }),
  },
  "take-support": {
    what: "takeRole",
    isDanger: true,
    fits: ({ roles }) => roles.includes("support"),
    run: (hands, order) => takeRole(hands, { ...order, role: "support" }),
  },
  export: { what: "export", fits: () => true, download: exportPerson },
  delete: {
    what: "remove",
    fields: ["now"],
    isDanger: true,
    isTold: true,
    fits: () => true,
    run: (hands, order, form) => remove(hands, { ...order, isNow: form.get("now") === "on" }),
  },
};

/** How the second factor is taken off; undefined while it is switched off for everybody. */
const backing = ({ ways }: PageServices) => ways.find(({ role }) => role === "backs")?.removal;

/** Whether a text names an act. */
export const isPersonAct = (text: string): text is PersonAct => Object.hasOwn(personActs, text);

/** The beginning of a day in UTC; undefined for none, null for what is no day, such as one of the year 0. */
export function dayIn(text: string): Date | undefined | null {
  if (text === "") return undefined;
  return !text.startsWith("0000") && z.iso.date().safeParse(text).success ? new Date(`${text}T00:00:00Z`) : null;
}
