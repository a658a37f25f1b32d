import { expect, spyOn, test } from "bun:test";
import { hashPassword } from "better-auth/crypto";
import { createPasswords } from "../../src/guard/password";
import { TooBusy } from "../../src/http/problem";

const passwords = createPasswords();

test("passwords are hashed with argon2id at OWASP's minimum, with a salt of their own", async () => {
  const [one, two] = await Promise.all([passwords.hash("correct horse"), passwords.hash("correct horse")]);
  expect(one).toStartWith("$argon2id$v=19$m=19456,t=2,p=1$");
  expect(two).not.toBe(one);
});

test("passwords are equal only byte for byte", async () => {
  const password = "pässwörd 123 ①";
  const hash = await passwords.hash(password);
  expect(await passwords.verify({ hash, password })).toBe(true);
  const nearly = [
    password + "\0",
    password + " ",
    " " + password,
    password.toUpperCase(),
    password.normalize("NFD"),
    password.normalize("NFKC"),
    password.slice(0, -1),
    "",
  ];
  for (const other of nearly)
    expect([other, await passwords.verify({ hash, password: other })]).toEqual([other, false]);
  const long = "x".repeat(72);
  const longHash = await passwords.hash(`${long}1`);
  expect(await passwords.verify({ hash: longHash, password: `${long}2` })).toBe(false);
});

test("passwords hashed by Better Auth itself still verify", async () => {
  const hash = await hashPassword("an older password");
  expect(await passwords.verify({ hash, password: "an older password" })).toBe(true);
  expect(await passwords.verify({ hash, password: "another password" })).toBe(false);
  const folded = await hashPassword("ﬁne pass①"); // of which Better Auth takes the NFKC form
  expect(await passwords.verify({ hash: folded, password: "ﬁne pass①" })).toBe(true);
});

test("passwords are hashed at most cores − 1 at a time, in order, and the next when one is done", async () => {
  const few = createPasswords(1, 2);
  const done: number[] = [];
  await Promise.all(
    [0, 1, 2, 3].map(async (i) => {
      await few.hash(`password ${i}`);
      done.push(i);
    }),
  );
  expect(done).toEqual([0, 1, 2, 3]);
});

test("passwords wait for no thread that ended: who asked is told, and another serves the next", async () => {
  const few = createPasswords(1, 2);
  const threads: Worker[] = [];
  const { postMessage } = Worker.prototype;
  const spy = spyOn(Worker.prototype, "postMessage").mockImplementation(function (this: Worker, question: unknown) {
    threads.push(this);
    if (threads.length === 2)
      this.terminate(); // as when it is ended from outside: without a word
    else postMessage.call(this, question);
  });
  try {
    await few.hash("correct horse");
    await expect(few.hash("correct horse")).rejects.toThrow("thread broke");
    expect(await few.hash("correct horse")).toStartWith("$argon2id$");
  } finally {
    spy.mockRestore();
  }
  expect(threads[0]).toBe(threads[1] as Worker);
  expect(threads[2]).not.toBe(threads[1] as Worker);
});

test("passwords find a full house before the work begins, and a place again when somebody leaves", async () => {
  const few = createPasswords(1, 2);
  const leave: (() => void)[] = [];
  const guests = Array.from({ length: 16 }, () => few.admit(() => new Promise<void>((resolve) => leave.push(resolve))));
  let begun = false;
  await expect(
    few.admit(async () => {
      begun = true;
    }),
  ).rejects.toThrow(TooBusy);
  expect(begun).toBe(false);
  leave.pop()?.();
  await guests.pop();
  expect(await few.admit(async () => "welcome")).toBe("welcome");
  await expect(
    few.admit(async () => {
      throw new Error("broken");
    }),
  ).rejects.toThrow("broken");
  for (const go of leave) go();
  await Promise.all(guests);
  expect(await few.admit(async () => "welcome")).toBe("welcome");
});
