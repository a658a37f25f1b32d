import { dlopen, FFIType, ptr } from "bun:ffi";

const { symbols } = dlopen("libc.so.6", {
  clock_gettime: { args: [FFIType.i32, FFIType.ptr], returns: FFIType.i32 },
});
const clockOfThread = 3; // CLOCK_THREAD_CPUTIME_ID, clock_gettime(2)
const secondsAndNanoseconds = new BigInt64Array(2);

/**
 * For how many milliseconds this thread has worked, to the microsecond. `process.threadCpuUsage` reads what the
 * kernel noted at its last tick, and is off by up to 4 ms on a kernel that ticks 250 times a second.
 */
export function threadMilliseconds(): number {
  if (symbols.clock_gettime(clockOfThread, ptr(secondsAndNanoseconds)) !== 0) throw new Error("No clock of threads.");
  const [seconds = 0n, nanoseconds = 0n] = secondsAndNanoseconds;
  return Number(seconds) * 1000 + Number(nanoseconds) / 1e6;
}
