// That no file of a socket is left, however a program ends.

import { assertEquals } from "@std/assert";
import { RunningProgram } from "../run_program.ts";
import { sharedTest } from "../shared_memory.ts";

/** Starts the program that ends as `how` says; gives it, and what it has left in its folder. */
function start(how: string) {
  const folder = Deno.makeTempDirSync();
  const url = new URL("../fixtures/manager/ends.ts", import.meta.url).href;
  const program = new RunningProgram(how, ["run", "-A", url, folder, how]);
  const left = () => {
    const names = Array.from(Deno.readDirSync(folder), ({ name }) => name);
    Deno.removeSync(folder, { recursive: true });
    return names;
  };
  return { program, left };
}

for (
  const how of [
    "ends",
    "exits",
    "exits-while-it-computes",
    "throws",
    "kills-the-manager",
  ]
) {
  Deno.test(`Manager and Listener leave no file of a socket when their program ${how.replaceAll("-", " ")}`, async () => {
    const { program, left } = start(how);
    const { code } = await program.ended();
    assertEquals([code, left()], [how === "throws" ? 1 : 0, []]);
  });
}

for (const signal of ["SIGTERM", "SIGKILL"] as const) {
  Deno.test(`Manager leaves no file of a socket when its program is ended by ${signal}`, async () => {
    const { program, left } = start("waits");
    await program.printed("ready");
    program.signal(signal);
    await program.ended();
    // Its own listener is not told of such an end.
    assertEquals(left().includes("manager"), false);
  });
}

sharedTest(
  "interrupt",
  "Manager and Listener leave no file of a socket after Ctrl-C",
  async () => {
    const { program, left } = start("waits");
    await program.printed("ready");
    program.signal("SIGINT");
    const { signal, stderr } = await program.ended();
    assertEquals([signal, stderr], [
      "SIGINT",
      "Interrupted: ending 1 process\n",
    ]);
    assertEquals(left(), []);
  },
);
