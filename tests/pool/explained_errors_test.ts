import { assertRejects } from "@std/assert";
import { Pool } from "@parallel/multiprocessing/pool";

const outside = 1;

Deno.test("Pool says of each call what to do about a variable that it lacks", async () => {
  await using pool = new Pool(1);
  const calls = [
    () => pool.apply((n: number) => n + outside, [1]),
    () => pool.map((n: number) => n + outside, [1]),
    () => pool.imap((n: number) => n + outside, [1]).next(),
    () => pool.imapUnordered((n: number) => n + outside, [1]).next(),
  ];
  for (const call of calls) {
    await assertRejects(call, ReferenceError, "pass outside in args");
  }
});
