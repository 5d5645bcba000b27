import {
  joinProcessMemory,
  openedMemory,
  PARTICIPANT,
  participantAt,
  pauseSync,
  releaseBlock,
  slotOf,
} from "../memory/mod.ts";
import { isWholeBoot, LENGTH_BYTES } from "./boot_record.ts";

const FIRST_READ_BYTES = 65_536;
/** Most milliseconds to wait for the end of a process that has closed its files. */
const CLOSED_MS = 1_000;
/** Milliseconds between two looks whether it has ended. */
const PAUSE_MS = 5;

/**
 * Reads the boot record from where the first argument of this process says, and
 * leaves it with the arguments of the program.
 *
 * @returns nothing if the parent has ended or has given this process up, or Ctrl-C ends
 * the program
 */
export function takeBoot():
  | Uint8Array
  | undefined
  | Promise<Uint8Array | undefined> {
  const [where, ...args] = Deno.args;
  Object.defineProperty(Deno, "args", { value: Object.freeze(args) });
  if (where === "stdin") return readInput();
  const [pid, fd, id] = where.split(":").map(Number);
  return readMapped(pid, fd, id);
}

/** Joins the memory of the parent and reads the boot record there. */
function readMapped(
  pid: number,
  fd: number,
  id: number,
): Uint8Array | undefined {
  try {
    if (!joinProcessMemory(pid, fd, id)) return undefined;
  } catch (error) {
    // Who ends closes its files first.
    if (error instanceof Deno.errors.NotFound) waitForEnd(pid);
    if (Deno.ppid !== pid) return undefined;
    throw error;
  }
  const memory = openedMemory("process")!;
  const entry = participantAt(slotOf(id));
  const unit = memory.words[entry + PARTICIPANT.BOOT] - 1;
  const start = memory.bytes(unit, LENGTH_BYTES);
  const length = new DataView(start.buffer, start.byteOffset).getUint32(
    0,
    true,
  );
  const boot = memory.bytes(unit, LENGTH_BYTES + length).slice(LENGTH_BYTES);
  releaseBlock(memory, unit, id);
  // So its starter knows that it has begun.
  Atomics.store(memory.words, entry + PARTICIPANT.BOOT, 0);
  return boot;
}

/** Waits until the parent has ended, but not long. */
function waitForEnd(parent: number): void {
  const end = performance.now() + CLOSED_MS;
  while (Deno.ppid === parent && performance.now() < end) pauseSync(PAUSE_MS);
}

/** Reads the boot record from standard input, to its end; nothing if the parent has died before. */
async function readInput(): Promise<Uint8Array | undefined> {
  let bytes = new Uint8Array(FIRST_READ_BYTES);
  let length = 0;
  for (;;) {
    const count = await Deno.stdin.read(bytes.subarray(length));
    if (count === null) {
      const boot = bytes.subarray(0, length);
      return isWholeBoot(boot) ? boot : undefined;
    }
    length += count;
    if (length < bytes.length) continue;
    const longer = new Uint8Array(bytes.length * 2);
    longer.set(bytes);
    bytes = longer;
  }
}
