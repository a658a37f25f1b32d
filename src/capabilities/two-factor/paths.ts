/** Where a user sees and changes the second factor. */
export const factorPath = "/account/security/second-factor";
