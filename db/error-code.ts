/** The code that an error has, such as `ENOENT` or `ERR_TLS_CERT_ALTNAME_INVALID`; undefined where it has none. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;

/** What the system said, as `ENOSPC`; undefined where it is not the system that failed. */
export function systemCodeOf(error: unknown): string | undefined {
  const code = codeOf(error);
  if (code !== undefined && /^E[A-Z]+$/.test(code)) return code;
  // PGlite's own file system throws what is no Error, with the number that WASI gives to the code
  if (typeof error !== "object" || error === null || !("errno" in error)) return undefined;
  return wasiCodes[Number(error.errno)];
}

const wasiCodes: Record<number, string> = {
  2: "EACCES",
  19: "EDQUOT",
  29: "EIO",
  33: "EMFILE",
  51: "ENOSPC",
  69: "EROFS",
};
