import { assertRejects } from "@std/assert";
import { Pool, ThreadPool } from "@parallel/multiprocessing/pool";

for (const TaskPool of [Pool, ThreadPool]) {
  Deno.test(`${TaskPool.name} fails whose workers end before they are up`, async () => {
    await using pool = new TaskPool(1, { initializer: () => Deno.exit(7) });
    await assertRejects(
      () => pool.apply(() => 1, []),
      Error,
      "3 in a row ended with exit code 7 before they were up",
    );
    await assertRejects(() => pool.apply(() => 1, []), Error, "3 in a row");
  });
}
