/** Does something when it is first asked for, once, whoever else asks meanwhile; again where it failed. */
export function once<Made>(make: () => Promise<Made>): () => Promise<Made> {
  let made: Promise<Made> | undefined;
  const forget = (error: unknown) => {
    made = undefined;
    throw error;
  };
  return () => (made ??= make().catch(forget));
}
