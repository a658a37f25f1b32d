/** What time it is. */

/** Two clocks, in seconds: one stands still while a machine is suspended, the other can be set back. */
export interface Moment {
  steady: number;
  wall: number;
}

/** This moment, by both clocks. */
export const thisMoment = (): Moment => ({ steady: performance.now() / 1000, wall: Date.now() / 1000 });
