import { checkOptions, checkWhole } from "../_internal/check.ts";
import {
  adoptHolding,
  CELL_KIND,
  Holding,
  holdingFor,
  share,
} from "../_internal/handles/mod.ts";
import {
  type Memory,
  processMemory,
  reachesProcesses,
} from "../_internal/memory/mod.ts";
import {
  type CellReference,
  encodeName,
  isReserved,
  link,
  lookUp,
  nameFor,
  nameOf,
  unlink,
} from "./_names.ts";
import { BytesHandle, PLAIN, SharedBytes } from "./_shared_bytes.ts";

/** How to make shared memory. */
export interface SharedMemoryOptions {
  /**
   * The name to open it by: 1 to 255 bytes of text, not beginning with `psm_`.
   * Default: one that no other has.
   */
  name?: string | undefined;
}

/** The handle behind shared memory, for what is built on it. */
export let handleOf: (memory: SharedMemory) => BytesHandle;

let openHandle: (handle: BytesHandle) => SharedMemory;

/**
 * A block of memory that processes and threads share, found by its name or sent
 * as a handle.
 *
 * {@linkcode SharedMemory.buffer} is the memory itself: what one writes, all
 * see, in no order but that which `Atomics` or a lock give it.
 *
 * As in Python, the memory lives until {@linkcode SharedMemory.unlink} is called,
 * even if nobody has it open; from then on until the last who has it open closes
 * it or ends. Unlike Python's, names are known within one program only, that is
 * to the first process and all that it and its children start, and the memory
 * goes at the latest with the last of these, however they end.
 *
 * Needs Linux and `--allow-ffi`.
 *
 * @example
 * ```ts
 * import { SharedMemory } from "@parallel/multiprocessing/sync";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const memory = SharedMemory.create(1024);
 * const bytes = new Uint8Array(memory.buffer);
 * bytes.set([1, 2, 3]);
 * {
 *   using same = SharedMemory.open(memory.name);
 *   assertEquals(new Uint8Array(same.buffer, 0, 3), new Uint8Array([1, 2, 3]));
 * }
 * memory.close();
 * memory.unlink();
 * assertEquals(bytes.length, 0);
 * assertThrows(() => memory.buffer, Error, "it is closed");
 * ```
 */
export class SharedMemory implements Disposable {
  static {
    share(SharedMemory, {
      name: "SharedMemory",
      module: import.meta.url,
      kind: CELL_KIND.BYTES,
      holdingOf: (memory) => memory.#handle.holding,
      shows: ({ name, size }) => ({ name, size }),
      create: () => openBytes(arrivedBytes()),
      again: (bytes) => openBytes(bytes as SharedBytes),
    });
    handleOf = (memory) => memory.#handle;
    openHandle = (handle) => new SharedMemory(handle);
  }

  readonly #handle: BytesHandle;
  readonly #memory: Memory;
  /** Good for {@linkcode SharedMemory.unlink} when all is closed. */
  readonly #reference: CellReference;
  readonly #name: string;
  readonly #size: number;

  private constructor(handle: BytesHandle) {
    if (!(handle instanceof BytesHandle)) {
      throw new TypeError(
        "Cannot create shared memory by new: use SharedMemory.create() or SharedMemory.open()",
      );
    }
    const { holding, byteLength } = handle.bytes!;
    const { memory, cell, generation } = holding;
    this.#handle = handle;
    this.#memory = memory;
    this.#reference = { cell, generation };
    this.#name = nameOf(memory, cell);
    this.#size = byteLength;
  }

  /**
   * Creates a block of zeroes.
   *
   * @param size how many bytes, from 1
   * @throws {Deno.errors.AlreadyExists} if there is one of that name
   * @throws {TypeError} if size, options or name are of the wrong kind
   * @throws {RangeError} if there can be no such size or name, or there is no room
   * @throws {Error} without Linux and `--allow-ffi`
   */
  static create(size: number, options: SharedMemoryOptions = {}): SharedMemory {
    const doing = "create shared memory";
    checkWhole(size, "its size", doing, 1);
    return createNamed(doing, size, options);
  }

  /**
   * Opens a block by its name: one more handle to it.
   *
   * @throws {Deno.errors.NotFound} if there is none of that name in this program
   * @throws {TypeError} if the name is no string
   * @throws {RangeError} if there can be no such name
   * @throws {Error} without Linux and `--allow-ffi`
   */
  static open(name: string): SharedMemory {
    const doing = "open shared memory";
    const encoded = encodeName(doing, name);
    const memory = memoryTo(doing);
    const found = lookUp(memory, encoded);
    if (found === undefined) {
      throw new Deno.errors.NotFound(
        `Cannot ${doing} "${name}": there is none of that name; names are known within one program only`,
      );
    }
    const held = adoptHolding(
      memory,
      CELL_KIND.BYTES,
      found.cell,
      found.generation,
    );
    return openBytes(
      held instanceof Holding ? SharedBytes.adopt(held) : held as SharedBytes,
    );
  }

  /** The name to {@linkcode SharedMemory.open} it by. */
  get name(): string {
    return this.#name;
  }

  /**
   * How many bytes were asked for.
   *
   * @throws {Error} if this is closed
   */
  get size(): number {
    if (this.#handle.bytes === undefined) throw this.#closed();
    return this.#size;
  }

  /**
   * The memory itself, always the same buffer. Do not transfer it.
   *
   * @throws {Error} if this is closed
   */
  get buffer(): ArrayBuffer {
    const view = this.#handle.view();
    if (view === undefined) throw this.#closed();
    return view.buffer as ArrayBuffer;
  }

  /**
   * Closes this handle, and no other: its {@linkcode SharedMemory.buffer} and all
   * arrays on that are empty from here on. Does nothing the second time.
   */
  close(): void {
    this.#handle.close();
  }

  /** Closes this handle. */
  [Symbol.dispose](): void {
    this.close();
  }

  /**
   * Takes the name away: nobody can open it any more, and the memory goes when
   * nobody has it open. It does not matter whether this handle is closed.
   *
   * @throws {Deno.errors.NotFound} if somebody has done so already
   */
  unlink(): void {
    if (unlink(this.#memory, this.#reference)) return;
    throw new Deno.errors.NotFound(
      `Cannot unlink shared memory "${this.#name}": it has been unlinked`,
    );
  }

  #closed(): Error {
    return new Error(`Cannot read shared memory "${this.#name}": it is closed`);
  }
}

/**
 * Creates shared memory.
 *
 * @param fill writes what is in it at first, before anybody can find it
 */
export function createNamed(
  doing: string,
  size: number,
  options: SharedMemoryOptions,
  fill?: (buffer: ArrayBuffer) => void,
): SharedMemory {
  checkOptions(options, doing, { string: "name" });
  const { name } = options;
  let encoded = name === undefined ? undefined : encodeName(doing, name);
  if (name !== undefined && isReserved(name)) {
    throw new RangeError(
      `Cannot ${doing}: names that begin with psm_ are given by create() only`,
    );
  }
  const memory = memoryTo(doing);
  const handle = SharedBytes.create(memory, PLAIN, size).open();
  const { cell } = handle.holding;
  encoded ??= encodeName(doing, nameFor(memory, cell));
  let isLinked = false;
  try {
    fill?.(handle.view()!.buffer as ArrayBuffer);
    isLinked = link(memory, cell, encoded);
  } finally {
    if (!isLinked) handle.close();
  }
  if (isLinked) return openHandle(handle);
  throw new Deno.errors.AlreadyExists(
    `Cannot ${doing} "${name}": there is one already`,
  );
}

/** One more handle to bytes. */
export function openBytes(bytes: SharedBytes): SharedMemory {
  return openHandle(bytes.open());
}

/** The bytes behind a handle that has just arrived, which must be of no type. */
export function arrivedBytes(): SharedBytes {
  const bytes = SharedBytes.adopt(holdingFor(CELL_KIND.BYTES, processMemory));
  if (bytes.sort === PLAIN) return bytes;
  bytes.holding.release();
  throw new Error("Cannot receive shared memory: it has been overwritten");
}

function memoryTo(doing: string): Memory {
  if (reachesProcesses()) return processMemory();
  throw new Error(`Cannot ${doing}: it needs Linux and --allow-ffi`);
}
