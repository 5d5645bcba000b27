import { checkOption, checkOptions } from "../_internal/check.ts";
import {
  CELL_KIND,
  createHolding,
  createWith,
  refuseToSend,
  relayedMaker,
} from "../_internal/handles/mod.ts";
import { cellAt, pair, widestMemory } from "../_internal/memory/mod.ts";
import { DIRECTION, READABLE, WRITABLE } from "./_direction.ts";
import { Connection } from "./connection.ts";

/** What a hub is asked to make. */
const PIPE = "Pipe";
const DOING = "create pipe";

/** How to make a pipe. */
export interface PipeOptions {
  /** Whether both ends send and receive. Default: `true`. */
  duplex?: boolean | undefined;
}

/**
 * Two connected {@linkcode Connection}s. A pipe is taken apart where it is made;
 * with `{ duplex: false }` the first end receives and the second one sends.
 *
 * Among threads it needs no permission. To reach other processes it needs
 * `--allow-ffi`, on Linux, or else `--allow-net=127.0.0.1`, and `--allow-read` if
 * this library is in local files: then it stays in one process, and others ask for
 * it.
 *
 * @example
 * ```ts
 * import { Pipe } from "@parallel/multiprocessing/pipe";
 * import { assertEquals } from "@std/assert";
 *
 * const [reader, writer] = new Pipe<number>({ duplex: false });
 * await writer.send(42);
 * assertEquals(await reader.recv(), 42);
 * assertEquals(reader.writable, false);
 * ```
 */
export class Pipe<T = unknown> implements Iterable<Connection<T>>, Disposable {
  static {
    refuseToSend(Pipe, "a Pipe", "send one of its ends");
    relayedMaker(PIPE, { module: import.meta.url, make: createEnds });
  }

  readonly #ends: readonly [Connection<T>, Connection<T>];

  /**
   * Makes the two ends.
   *
   * @throws {TypeError} if the options are no object, or `duplex` is no boolean
   */
  constructor(options: PipeOptions = {}) {
    checkOptions(options, DOING, { boolean: "duplex" });
    const { duplex = true } = options;
    checkOption(duplex, "boolean", "duplex", DOING);
    this.#ends = createEnds<T>(duplex);
  }

  /** The two ends. */
  [Symbol.iterator](): ArrayIterator<Connection<T>> {
    return this.#ends[Symbol.iterator]();
  }

  /** Closes both ends here. */
  [Symbol.dispose](): void {
    for (const end of this.#ends) end.close();
  }
}

function createEnds<T>(duplex: boolean): [Connection<T>, Connection<T>] {
  const memory = widestMemory();
  const ends = [
    createHolding(memory, CELL_KIND.PIPE_END),
    createHolding(memory, CELL_KIND.PIPE_END),
  ];
  if (!ends[0].isRelayed) {
    const both = READABLE | WRITABLE;
    memory.words[cellAt(ends[0].cell) + DIRECTION] = duplex ? both : READABLE;
    memory.words[cellAt(ends[1].cell) + DIRECTION] = duplex ? both : WRITABLE;
    pair(memory, ends[0].cell, ends[1].cell);
  }
  const [first, second] = ends.map((end) =>
    createWith(end, () => new Connection<T>())
  );
  ends[0].madeOf([duplex], [ends[1]], PIPE);
  return [first, second];
}
