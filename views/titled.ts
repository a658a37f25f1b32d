/** A title whose lines do not end with the "E-" of a German "E-Mail", nor with that of a French one. */
export const titled = (title: string) => title.replace(/\b(e)-(?=mail)/gi, "$1\u2011");
