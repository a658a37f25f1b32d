/**
 * How often a fault is repeated: a few times in the test command, many times in `bun run test:faults`, and as often as
 * `ROUNDS` says where it is set.
 */
export const rounds = (few: number, many: number): number =>
  Number(process.env.ROUNDS) || (process.env.FAULTS === "long" ? many : few);
