type Table<Value> = Readonly<Record<string, Value>>;

/**
 * The core's table with those of others, such as capabilities, in one. Throws where a name is there twice, of which one
 * would be lost: that is a mistake in the program.
 */
export function merged<Core extends Table<unknown>, Value>(
  core: Core,
  ...more: (Table<Value> | undefined)[]
): Core & Record<string, Value> {
  const names = [core, ...more].flatMap((table = {}) => Object.keys(table));
  const twice = names.find((name, at) => names.indexOf(name) < at);
  if (twice !== undefined) throw new Error(`Two things are called "${twice}".`);
  return Object.assign({}, core, ...more);
}
