/** A number with the words behind it, for people: of one in the singular, else in the plural. */
export const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;
