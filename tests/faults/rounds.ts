/** How often a fault is repeated: a few times in the test command, many times in `bun run test:faults`. */
export const rounds = (few: number, many: number): number => (process.env.FAULTS === "long" ? many : few);
