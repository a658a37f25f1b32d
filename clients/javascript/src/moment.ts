/** What time it is. */

/** Two clocks, in seconds: one stands still while a machine is suspended, the other can be set back. */
export interface Moment {
  steady: number;
  wall: number;
}

/** This moment, by both clocks. */
export const thisMoment = (): Moment => ({ steady: performance.now() / 1000, wall: Date.now() / 1000 });

/** The moment that is some seconds after another. */
export const after = ({ steady, wall }: Moment, seconds: number): Moment => ({
  steady: steady + seconds,
  wall: wall + seconds,
});

/** Whether a moment has come: one of the clocks is enough, as the other may have stood still, or been set back. */
export const hasCome = (moment: Moment, now: Moment): boolean => now.steady >= moment.steady || now.wall >= moment.wall;
