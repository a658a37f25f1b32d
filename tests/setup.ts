// `bun test` says NODE_ENV=test, and Better Auth then drops checks: tests must meet the program that is shipped.
process.env.NODE_ENV = "production";
delete process.env.TEST;
