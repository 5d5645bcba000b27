import { assertEquals } from "@std/assert";
import { reap } from "../../../_internal/handles/reap.ts";
import {
  arrive,
  claim,
  type Memory,
  PARTICIPANT,
  participantAt,
  slotOf,
} from "../../../_internal/memory/mod.ts";
import { PipeDoorbell } from "../../../_internal/memory/pipe_doorbell.ts";
import { BACKENDS } from "./backends.ts";

const { memory, test } = BACKENDS[1];
/** The descriptor that the other program has open, where the dead one had its pipe. */
const FD = 9;

/** A program that has a file open under that descriptor. */
async function openElsewhere(path: string): Promise<Deno.ChildProcess> {
  const child = new Deno.Command("sh", {
    args: ["-c", `exec ${FD}>>"$1"; echo; exec sleep 60`, "sh", path],
    stdin: "null",
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  await reader.cancel();
  return child;
}

/** Rings the bell of a participant that is, or was, the process with that id. */
function ringOnce(pid: number, whose: Memory): void {
  const id = claim(memory, memory.self);
  arrive(memory, id);
  const at = participantAt(slotOf(id));
  memory.words[at + PARTICIPANT.PROCESS] = id;
  memory.words[at + PARTICIPANT.PID] = pid;
  memory.words[at + PARTICIPANT.PIPE] = FD;
  const doorbell = new PipeDoorbell(whose);
  doorbell.ring(slotOf(id));
  doorbell.close();
  reap(memory, id);
}

test("PipeDoorbell.ring() writes to a participant that lives, and to no other program that has its pid", async () => {
  const path = await Deno.makeTempFile();
  const other = await openElsewhere(path);
  const written = async () => (await Deno.readFile(path)).length;
  try {
    // Nobody has the lock of its slot.
    ringOnce(other.pid, memory);
    assertEquals(await written(), 0);
    const alive = Object.create(memory, { probe: { value: () => true } });
    ringOnce(other.pid, alive);
    assertEquals(await written(), 1);
  } finally {
    other.kill("SIGKILL");
    await other.status;
    await Deno.remove(path);
  }
});
