/** Names for statements. */
export interface StatementNames {
  /**
   * The name under which a statement is prepared; undefined for one that is not asked often, and once there are as many
   * names as a connection should keep.
   */
  nameOf(text: string): string | undefined;
}

const often = 20;
const windowMilliseconds = 60 * 1000;
const mostNames = 64;
/** So that texts which are never the same twice take no memory. */
const mostCounted = 1000;

/**
 * Names for the statements that are asked often: twenty times within a minute. Postgres reads and plans a statement
 * with a name once for each connection, and one without each time, which for a sign-in costs it more than the work
 * itself. The rest keeps its plan for the values of each time, and no connection is filled with what it seldom needs.
 */
export function createStatementNames(now = () => performance.now()): StatementNames {
  const names = new Map<string, string>();
  const counts = new Map<string, number>();
  let since = now();
  return {
    nameOf(text) {
      const name = names.get(text);
      if (name !== undefined || names.size >= mostNames) return name;
      if (counts.size >= mostCounted || now() - since > windowMilliseconds) {
        counts.clear();
        since = now();
      }
      const count = (counts.get(text) ?? 0) + 1;
      counts.set(text, count);
      if (count < often) return undefined;
      counts.delete(text);
      names.set(text, `gatehouse_often_${names.size}`);
      return names.get(text);
    },
  };
}
