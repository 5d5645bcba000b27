import { assertEquals } from "@std/assert";
import { tie } from "../../_internal/launch/mod.ts";
import { Process } from "../../process/mod.ts";

const target = () => new Promise<void>(() => setInterval(() => {}, 1_000));

Deno.test("Process.join() keeps the program going, also if the process is tied to it", async () => {
  for (let round = 0; round < 3; round++) {
    const process = new Process({ target });
    tie(process, [], undefined);
    process.start();
    // Nothing else is left to wait for once it has been killed.
    setTimeout(() => process.kill(), 50);
    assertEquals(await process.join(), -9);
  }
});
