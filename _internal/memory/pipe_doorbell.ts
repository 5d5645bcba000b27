import { PARK, PARTICIPANT, participantAt } from "./layout.ts";
import { cString, libc } from "./libc.ts";
import type { Doorbell, Memory } from "./memory.ts";
import { idAt, isCurrent } from "./participants.ts";

const O_NONBLOCK_CLOEXEC = 0o2_004_000;
const O_WRONLY_NONBLOCK_CLOEXEC = 0o2_004_001;
/**
 * Loaded late: it takes 20 ms, and most children never park often. A name that
 * cannot be seen through, or it would be loaded with the module.
 */
const NET = ["node", "net"].join(":");
const RING = new Uint8Array(1);

/**
 * A bell that rings in the event loop: a pipe, found by the others through the
 * table of participants and opened as `/proc/<pid>/fd/<n>`.
 */
export class PipeDoorbell implements Doorbell {
  readonly #memory: Memory;
  /** Write ends of others' pipes, by slot. */
  readonly #others = new Map<number, { id: number; fd: number }>();

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  async open(rung: () => void): Promise<number> {
    const { Socket } = await import(NET) as typeof import("node:net");
    const ends = new Int32Array(2);
    if (libc().pipe2(new Uint8Array(ends.buffer), O_NONBLOCK_CLOEXEC) !== 0) {
      throw new Error("Cannot open a pipe: too many open files (ulimit -n?)");
    }
    const socket = new Socket({
      fd: ends[0],
      readable: true,
      writable: false,
    });
    socket.on("data", rung);
    // Nobody else reads it, and its end is the end of this program.
    socket.on("error", () => {});
    socket.unref();
    return ends[1];
  }

  ring(slot: number): void {
    const fd = this.#find(slot);
    if (fd < 0) return;
    libc().write(fd, RING, BigInt(RING.length));
  }

  #find(slot: number): number {
    const id = idAt(this.#memory, slot);
    const known = this.#others.get(slot);
    if (known?.id === id) return known.fd;
    if (known) this.#forget(slot, known.fd);
    const at = participantAt(slot);
    const { words } = this.#memory;
    const pid = words[at + PARTICIPANT.PID];
    const end = words[at + PARTICIPANT.PIPE];
    const fd = libc().open(
      cString(`/proc/${pid}/fd/${end}`),
      O_WRONLY_NONBLOCK_CLOEXEC,
      0,
    );
    if (fd >= 0) this.#others.set(slot, { id, fd });
    return fd;
  }

  /** Closes the pipes of those who have ended. */
  tidy(): void {
    for (const [slot, { id, fd }] of this.#others) {
      if (!isCurrent(this.#memory, id)) this.#forget(slot, fd);
    }
  }

  #forget(slot: number, fd: number): void {
    this.#others.delete(slot);
    libc().close(fd);
  }
}
