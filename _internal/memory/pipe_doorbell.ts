import { PARTICIPANT, participantAt, slotOf } from "./layout.ts";
import { cString, lastingCalls, ringingCalls, seldomCalls } from "./libc.ts";
import type { Doorbell, Memory } from "./memory.ts";
import { timespec } from "./timespec.ts";
import { idAt, isCurrent } from "./participants.ts";

const O_NONBLOCK_CLOEXEC = 0o2_004_000;
const POLLIN = 1;
const O_WRONLY_NONBLOCK_CLOEXEC = 0o2_004_001;
/**
 * Loaded late: it takes 20 ms, and most children never park often. A name that
 * cannot be seen through, or it would be loaded with the module.
 */
const NET = ["node", "net"].join(":");
const RING = new Uint8Array(1);

/**
 * Pipes that the others find through the table of participants and open as
 * `/proc/<pid>/fd/<n>`.
 */
export class PipeDoorbell implements Doorbell {
  readonly #memory: Memory;
  /** Read end of our pipe; -1 if we cannot have one, undefined before we tried. */
  #ours: number | undefined;
  readonly #poll = new Int32Array(2);
  readonly #drain = new Uint8Array(1024);
  /** Write ends of others' pipes, by slot. */
  readonly #others = new Map<number, { id: number; fd: number }>();

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  prepare(): boolean {
    return (this.#ours ??= this.#make()) >= 0;
  }

  #make(): number {
    const { words, self } = this.#memory;
    const entry = participantAt(slotOf(self));
    // The runtime would leave the pipe open when a thread is terminated.
    if (words[entry + PARTICIPANT.PROCESS] !== self) return -1;
    const ends = new Int32Array(2);
    const bytes = new Uint8Array(ends.buffer);
    // With too many files open, words have to do.
    if (seldomCalls().pipe2(bytes, O_NONBLOCK_CLOEXEC) !== 0) return -1;
    words[entry + PARTICIPANT.PIPE] = ends[1];
    return ends[0];
  }

  sleepSync(ms: number): void {
    const { ppoll, read } = ringingCalls();
    this.#poll[0] = this.#ours!;
    this.#poll[1] = POLLIN;
    if (ppoll(this.#poll, 1n, timespec(ms), null) > 0) {
      read(this.#ours!, this.#drain, BigInt(this.#drain.length));
    }
  }

  async listen(rung: () => void): Promise<void> {
    if (!this.prepare()) throw new Error("Cannot listen: there is no pipe");
    const { Socket } = await import(NET) as typeof import("node:net");
    const socket = new Socket({
      fd: this.#ours,
      readable: true,
      writable: false,
      // Past the stream, which would take a fifth of the time from a ring to who waits for it.
      onread: {
        buffer: this.#drain,
        callback() {
          rung();
          return true;
        },
      },
    });
    socket.resume();
    // Nobody else reads it, and its end is the end of this program.
    socket.on("error", () => {});
    socket.unref();
  }

  ring(slot: number): void {
    const { words, self, outlives } = this.#memory;
    const at = participantAt(slot);
    const own = participantAt(slotOf(self));
    // The main thread's, which is open here as it is there.
    const isOurs = words[at + PARTICIPANT.PROCESS] ===
      words[own + PARTICIPANT.PROCESS];
    const fd = isOurs ? words[at + PARTICIPANT.PIPE] : this.#find(slot);
    if (fd < 0) return;
    ringingCalls().write(fd, RING, BigInt(RING.length));
    // A thread may be terminated at any turn, and nobody else closes what it keeps open.
    if (outlives && !isOurs) this.#forget(slot, fd);
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
    const fd = lastingCalls().open(
      cString(`/proc/${pid}/fd/${end}`),
      O_WRONLY_NONBLOCK_CLOEXEC,
      0,
    );
    if (fd < 0) return fd;
    // Else another program may have got its pid, and then this is a file of that.
    if (!this.#memory.probe(slot)) {
      lastingCalls().close(fd);
      return -1;
    }
    this.#others.set(slot, { id, fd });
    return fd;
  }

  /** Closes the pipes of those who have ended. */
  tidy(): void {
    for (const [slot, { id, fd }] of this.#others) {
      if (!isCurrent(this.#memory, id)) this.#forget(slot, fd);
    }
  }

  /** Closes the pipes of all others. */
  close(): void {
    for (const [slot, { fd }] of this.#others) this.#forget(slot, fd);
  }

  #forget(slot: number, fd: number): void {
    this.#others.delete(slot);
    lastingCalls().close(fd);
  }
}
