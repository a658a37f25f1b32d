/**
 * What HTML takes for an address (`type=email`): every sign of an atom before the `@`, dots wherever they stand, as in
 * `a..b@docomo.ne.jp`. And more than HTML asks: a host with a dot, whose last part is letters or an `xn--` name.
 */
export const emailPattern =
  /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63}|xn--[a-z0-9-]{0,58}[a-z0-9])$/i;

/** In characters, as the protocol of mail has it (RFC 5321); of them 64 at most before the `@`. */
export const longestEmail = 254;

/** Whether a text is an address that an account may have. */
export const isEmailAddress = (text: string): boolean =>
  text.length <= longestEmail && emailPattern.test(text) && text.indexOf("@") <= 64;
