import { afterAll, setDefaultTimeout } from "bun:test";
import { endLeft } from "./left";

// `bun test` says NODE_ENV=test, and Better Auth then drops checks: tests must meet the program that is shipped.
process.env.NODE_ENV = "production";
delete process.env.TEST;

// The first database of a run takes some seconds to make.
const seconds = 1000;
setDefaultTimeout(180 * seconds);

afterAll(endLeft);
