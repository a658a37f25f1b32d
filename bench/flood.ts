/**
 * A flood, in a process of its own: `bun bench/flood.ts <sign-in|sign-up> <how many at a time> <origin>` until it
 * is ended. Each try comes from another client and is about another address, so that no limit holds it up; it asks
 * again as soon as it is answered. Ends with a line of JSON: how many answers there were, by status.
 */
const [kind, atATime, target = ""] = process.argv.slice(2);
const answers: Record<number, number> = {};
let tries = 0;
let going = true;
process.on("SIGTERM", () => {
  going = false;
  console.log(JSON.stringify(answers));
  process.exit(0);
});

const fields = (number: number): Record<string, string> => ({
  email: `flood${process.pid}x${number}@example.org`,
  password: `a long enough password ${number}`,
  ...(kind === "sign-up" && { name: "Flood" }),
});

async function keepTrying() {
  while (going) {
    const number = ++tries;
    const client = `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`;
    const response = await fetch(`${target}/${kind}`, {
      method: "POST",
      redirect: "manual",
      headers: { origin: target, "x-forwarded-for": client, "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(fields(number)).toString(),
    });
    await response.arrayBuffer();
    answers[response.status] = (answers[response.status] ?? 0) + 1;
  }
}

await Promise.all(Array.from({ length: Number(atATime) }, keepTrying));

export {};
