/** Gives what does something; where it was not called by then, it is done when this process ends, as by Ctrl-C. */
export function alsoAtExit(act: () => void): () => void {
  const actNow = () => {
    process.off("exit", actNow);
    act();
  };
  process.once("exit", actNow);
  return actNow;
}
