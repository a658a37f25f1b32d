/** Durations are numbers of seconds in the whole program, written as `15 * minutes`. */
export const minutes = 60;
export const hours = 60 * minutes;
export const days = 24 * hours;

/** A duration for what counts in milliseconds: timers and `Date`. */
export const inMilliseconds = (seconds: number): number => seconds * 1000;
