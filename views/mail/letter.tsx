/** What a mail says, in the order in which it says it. The text and the HTML are made from this, and say the same. */
export interface Letter {
  language: string;
  brand: string;
  subject: string;
  /** The heading of the mail; without it, the subject is. */
  title?: string;
  /** What a list of mails shows beside the subject; without it, the first line. */
  preheader?: string;
  lines: string[];
  /** What happened, when and where: a small table. */
  facts?: Fact[];
  /** Six digits, to be typed. */
  code?: string;
  /** What to do, and where. */
  action?: Action;
  /** What stands between the code and the button. */
  or?: string;
  after?: string[];
  /** What to do when somebody else did it. */
  undo?: Action & { text: string };
  /** Why the mail was sent. */
  footer: string;
  /** The login that the mail is from, such as `login.example.com`. */
  host?: string;
  /** Where to ask: a web page or a `mailto:` address. */
  support?: Action;
}

/** A row of the table. */
export interface Fact {
  label: string;
  value: string;
}

/** A button or a link. */
export interface Action {
  label: string;
  url: string;
}

/** The mail as plain text: the real mail, since everybody can read it. */
export function letterText(letter: Letter): string {
  const { lines, facts = [], code, action, after = [], undo, footer, host, support } = letter;
  const parts = [
    ...lines,
    ...(facts.length > 0 ? [facts.map(({ label, value }) => `${label}: ${value}`).join("\n")] : []),
    ...(code ? [`    ${code}`] : []),
    ...(action ? [withUrl(action)] : []),
    ...after,
    ...(undo ? [`${undo.text}\n${undo.url}`] : []),
    ["-- ", footer, ...(host ? [host] : []), ...(support ? [withUrl(support)] : [])].join("\n"),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** Of a `mailto:` the address alone: what a mail program would fill in besides is nothing to be read. */
const withUrl = ({ label, url }: Action) => `${label}:\n${url.replace(/^mailto:([^?]*).*$/, "$1")}`;
