import {
  joinProcessMemory,
  openedMemory,
  PARTICIPANT,
  participantAt,
  release,
  slotOf,
} from "../memory/mod.ts";
import { LENGTH_BYTES } from "./boot_record.ts";

const FIRST_READ_BYTES = 65_536;
/** Milliseconds from when a process that ends has closed its files until it has ended. */
const ENDING_MS = 1_000;
/** Milliseconds between two looks whether it has. */
const LOOK_MS = 5;

/**
 * Reads the boot record from where the first argument of this process says, and
 * leaves it with the arguments of the program.
 *
 * @returns nothing if the parent has ended
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
    if (hasParentEnded(pid)) return undefined;
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
  release(memory, unit, id);
  return boot;
}

/** Whether the parent has ended, or is about to: then its files are closed already. */
function hasParentEnded(pid: number): boolean {
  const nothing = new Int32Array(new SharedArrayBuffer(4));
  const end = performance.now() + ENDING_MS;
  while (Deno.ppid === pid && performance.now() < end) {
    Atomics.wait(nothing, 0, 0, LOOK_MS);
  }
  return Deno.ppid !== pid;
}

/** Reads the boot record from standard input, to its end. */
async function readInput(): Promise<Uint8Array | undefined> {
  let bytes = new Uint8Array(FIRST_READ_BYTES);
  let length = 0;
  for (;;) {
    const count = await Deno.stdin.read(bytes.subarray(length));
    if (count === null) {
      return length === 0 ? undefined : bytes.subarray(0, length);
    }
    length += count;
    if (length < bytes.length) continue;
    const longer = new Uint8Array(bytes.length * 2);
    longer.set(bytes);
    bytes = longer;
  }
}
