import {
  CELL_KIND,
  type Holding,
  holdingFor,
} from "../_internal/handles/mod.ts";
import {
  allocateZeroes,
  capacityOf,
  CELL,
  cellAt,
  checkStopped,
  type Memory,
  noteBlocks,
  noteSeen,
  tagOfCell,
} from "../_internal/memory/mod.ts";

/**
 * Words of a cell of bytes. All up to `BLOCK` are stored before anybody else
 * knows of the cell, and stay; who reads them in another participant checks them
 * against the block. `LINKED` and what follows it is for `_names.ts`, `MUTEX` for
 * `shareable_list.ts`.
 */
export const BYTES = {
  /** Code of the type of numbers; {@linkcode PLAIN} for what `SharedMemory` makes. */
  SORT: CELL.BODY,
  /** How many bytes were asked for: low and high half. */
  LENGTH: CELL.BODY + 1,
  /** First unit of the block + 1; 0 for no bytes. */
  BLOCK: CELL.BODY + 3,
  /** 1 while the bytes have a name by which they are opened. */
  LINKED: CELL.BODY + 4,
  NAME_HASH: CELL.BODY + 5,
  NAME_LENGTH: CELL.BODY + 6,
  /** One at a time writes to a list. */
  MUTEX: CELL.BODY + 7,
  /** 64 words. */
  NAME: CELL.BODY + 8,
} as const;

/** Value of `BYTES.SORT` for bytes of no type. */
export const PLAIN = 0;

const HALF = 2 ** 32;

/** What a closed handle has in place of a hold. */
const NO_HOLD = { isOver: true, pin: () => false } as unknown as Holding;

/** Keeps bytes from being given to others while a view of them is about. */
const keepers = new WeakMap<ArrayBuffer, SharedBytes>();

/** The same where views cannot be told apart: until they are closed. */
const keptOpen = new Set<SharedBytes>();

/** What all handles of this isolate to the same bytes have in common. */
export class SharedBytes {
  readonly holding: Holding;
  readonly byteLength: number;
  readonly #unit: number;
  #handles = 0;

  private constructor(holding: Holding, byteLength: number, unit: number) {
    this.holding = holding;
    this.byteLength = byteLength;
    this.#unit = unit;
    holding.bind(this);
  }

  /**
   * Makes bytes that are 0.
   *
   * @throws {RangeError} if there is no room for so many
   */
  static create(memory: Memory, sort: number, byteLength: number): SharedBytes {
    const holding = holdingFor(CELL_KIND.BYTES, () => memory);
    const { words } = memory;
    const at = cellAt(holding.cell);
    let unit = -1;
    try {
      if (byteLength > 0) {
        // First: a block that was taken, and not noted, goes with the cell.
        noteBlocks(memory, holding.cell);
        unit = allocateZeroes(memory, byteLength, tagOfCell(holding.cell));
      }
    } catch (error) {
      holding.release();
      throw error;
    }
    words[at + BYTES.LENGTH] = byteLength % HALF | 0;
    words[at + BYTES.LENGTH + 1] = Math.floor(byteLength / HALF);
    words[at + BYTES.BLOCK] = unit + 1;
    Atomics.store(words, at + BYTES.SORT, sort);
    return new SharedBytes(holding, byteLength, unit);
  }

  /**
   * The bytes behind a hold that came in a message, or was taken by a name.
   *
   * @throws {Error} if they are not what a cell of bytes says
   */
  static adopt(holding: Holding): SharedBytes {
    const { memory, cell } = holding;
    const { words } = memory;
    const at = cellAt(cell);
    const byteLength = words[at + BYTES.LENGTH + 1] * HALF +
      (words[at + BYTES.LENGTH] >>> 0);
    const unit = words[at + BYTES.BLOCK] - 1;
    const capacity = byteLength === 0
      ? 0
      : capacityOf(memory, unit, tagOfCell(cell));
    // A negative length is below any capacity, too.
    if (byteLength < 0 || byteLength > capacity) {
      holding.release();
      throw new Error(
        "Cannot open shared memory: what describes it has been overwritten",
      );
    }
    return new SharedBytes(holding, byteLength, unit);
  }

  /** What they are for: a code of a type of numbers, or {@linkcode PLAIN}. */
  get sort(): number {
    const { memory, cell } = this.holding;
    return Atomics.load(memory.words, cellAt(cell) + BYTES.SORT);
  }

  /** A handle of its own. */
  open(): BytesHandle {
    this.#handles++;
    return new BytesHandle(this);
  }

  /** Lets go once all handles are closed. */
  close(): void {
    if (--this.#handles > 0) return;
    keptOpen.delete(this);
    this.holding.release();
  }

  /** A buffer with the bytes in it, and where in it they begin. */
  view(): { buffer: ArrayBufferLike; byteOffset: number } {
    const { memory } = this.holding;
    if (this.#unit < 0) return { buffer: new ArrayBuffer(0), byteOffset: 0 };
    checkStopped(memory);
    if (memory.outlives) noteSeen(memory, this.holding.cell);
    if (memory.ownBuffer === undefined) {
      keptOpen.add(this);
      return memory.bytes(this.#unit, this.byteLength);
    }
    const buffer = memory.ownBuffer(this.#unit, this.byteLength);
    keepers.set(buffer, this);
    return { buffer, byteOffset: 0 };
  }
}

/** One handle to shared bytes: what it showed is gone once it is closed. */
export class BytesHandle {
  #bytes: SharedBytes | undefined;
  #view: ReturnType<SharedBytes["view"]> | undefined;

  constructor(bytes: SharedBytes) {
    this.#bytes = bytes;
  }

  /** The bytes, if it is open. */
  get bytes(): SharedBytes | undefined {
    return this.#bytes;
  }

  get holding(): Holding {
    return this.#bytes?.holding ?? NO_HOLD;
  }

  /** The view of this handle, if it is open. */
  view(): ReturnType<SharedBytes["view"]> | undefined {
    return this.#view ??= this.#bytes?.view();
  }

  /** Takes away what was seen by it, as far as that can be done, and lets go. */
  close(): void {
    const bytes = this.#bytes;
    const buffer = this.#view?.buffer;
    this.#bytes = this.#view = undefined;
    // Every array and view of it has no bytes from here on.
    if (buffer instanceof ArrayBuffer && !buffer.detached) buffer.transfer(0);
    bytes?.close();
  }
}
