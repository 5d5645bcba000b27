import {
  joinProcessMemory,
  openedMemory,
  PARTICIPANT,
  participantAt,
  release,
  slotOf,
} from "../memory/mod.ts";

/** Where the boot record of a process is: in the memory that its parent has open. */
export interface Mapped {
  readonly pid: number;
  readonly fd: number;
  readonly id: number;
}

/** Joins the memory of the parent and reads the boot record there. */
export function joinMapped({ pid, fd, id }: Mapped): Uint8Array {
  if (!joinProcessMemory(pid, fd, id)) {
    throw new Error("Cannot start: its parent has ended");
  }
  const memory = openedMemory("process")!;
  const entry = participantAt(slotOf(id));
  const unit = memory.words[entry + PARTICIPANT.BOOT] - 1;
  const sizes = memory.bytes(unit, 8);
  const length = new DataView(sizes.buffer, sizes.byteOffset).getUint32(
    0,
    true,
  );
  const boot = memory.bytes(unit, length + 8).slice(8);
  release(memory, unit, id);
  return boot;
}

/** Reads the boot record from standard input. */
export async function readInput(): Promise<Uint8Array> {
  return await new Response(Deno.stdin.readable).bytes();
}
