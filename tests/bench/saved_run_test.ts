import { assertEquals } from "@std/assert";
import { loadRun, saveRun } from "../../bench/saved_run.ts";

Deno.test("saveRun() writes a line for each figure, which loadRun() reads", async () => {
  const samples = { ours: { pool: [1.23456789, 2e7] }, python: {}, peers: {} };
  const file = await Deno.makeTempFile();
  try {
    const runs = { pool_map: { ...samples, failures: ["none"] } };
    await saveRun(file, { machine: "one [of many]", command: "bench", runs });
    assertEquals(await loadRun(file), {
      machine: "one [of many]",
      command: "bench",
      runs: {
        pool_map: { ours: { pool: [1.2346, 2e7] }, python: {}, peers: {} },
      },
    });
    const lines = (await Deno.readTextFile(file)).split("\n");
    assertEquals(
      lines.filter((line) => line.includes('pool":')).map((it) => it.trim()),
      ['"pool": [1.2346,20000000]'],
    );
  } finally {
    await Deno.remove(file);
  }
});
