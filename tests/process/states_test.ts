import { assert, assertEquals, assertThrows } from "@std/assert";
import { Process, Thread } from "../../process/mod.ts";
import { openFiles } from "../system_files.ts";
import { sharedTest } from "../shared_memory.ts";

export class Both extends Process {
  override run(): void {}
}

Deno.test("Process.start() refuses a target that run() would not call", () => {
  const process = new Both({ target: () => {}, name: "Both-1" });
  assertThrows(
    () => process.start(),
    TypeError,
    "Cannot start Both-1: its class overrides run(), so that its target would not run; call what it needs from run()",
  );
  assertEquals(process.pid, undefined);
});

sharedTest(
  "probe",
  "Process.isAlive() knows of an end while the event loop stands",
  async () => {
    const process = new Process({ target: () => {} });
    process.start();
    const deadline = Date.now() + 20_000;
    while (process.isAlive() && Date.now() < deadline);
    assert(!process.isAlive());
    assertEquals(process.exitCode, null);
    assertEquals(await process.join(), 0);
  },
);

Deno.test("Process.close() lets go of output that nobody reads", async () => {
  const round = async () => {
    for (let n = 0; n < 5; n++) {
      const process = new Process({ target: () => {}, stdout: "piped" });
      process.start();
      await process.join();
      process.close();
    }
    // A cancelled stream is closed in the next turn.
    await new Promise((resolve) => setTimeout(resolve));
    return openFiles().length;
  };
  const before = await round();
  assertEquals(await round(), before);
});

Deno.test("Thread that exits with -1 has ended", async () => {
  const thread = new Thread({ target: () => Deno.exit(-1) });
  thread.start();
  assertEquals(await thread.join({ timeout: 20_000 }), 255);
});

Deno.test("Process and Thread refuse options of the wrong kind", () => {
  for (
    const [Child, kind] of [[Process, "process"], [Thread, "thread"]] as const
  ) {
    for (
      const [options, problem] of [
        [{ args: "ab" }, "args is a string, not an array"],
        [{ args: null }, "args is null, not an array"],
        [{ name: 5 }, "name is a number, not a string"],
        [{ daemon: "yes" }, "daemon is a string, not true or false"],
      ]
    ) {
      assertThrows(
        () => Reflect.construct(Child, [options]),
        TypeError,
        `Cannot create ${kind}: ${problem}`,
      );
    }
  }
});
