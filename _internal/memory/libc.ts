const INT = "i32";

/*
 * Each function costs a tenth of a millisecond to look up, and each child waits
 * for those it needs to start: so they come in groups.
 */
const MAPPING = {
  open: { parameters: ["buffer", INT, INT], result: INT },
  close: { parameters: [INT], result: INT },
  mmap: {
    parameters: ["pointer", "usize", INT, INT, INT, "i64"],
    result: "pointer",
  },
  fcntl: { parameters: [INT, INT, "buffer"], result: INT },
} as const;
// The variadic `syscall` with the arguments of futex(2).
const SLEEPING = {
  futex: {
    name: "syscall",
    parameters: ["i64", "pointer", INT, INT, "buffer", "pointer", INT],
    result: "i64",
  },
  futexAsync: {
    name: "syscall",
    parameters: ["i64", "pointer", INT, INT, "buffer", "pointer", INT],
    result: "i64",
    nonblocking: true,
  },
  pipe2: { parameters: ["buffer", INT], result: INT },
  ppoll: {
    parameters: ["buffer", "u64", "buffer", "pointer"],
    result: INT,
  },
  read: { parameters: [INT, "buffer", "usize"], result: "isize" },
  write: { parameters: [INT, "buffer", "usize"], result: "isize" },
} as const;
const OTHERS = {
  memfd_create: { parameters: ["buffer", "u32"], result: INT },
  ftruncate: { parameters: [INT, "i64"], result: INT },
  fallocate: { parameters: [INT, INT, "i64", "i64"], result: INT },
  access: { parameters: ["buffer", INT], result: INT },
  prctl: { parameters: [INT, "u64", "u64", "u64", "u64"], result: INT },
  getppid: { parameters: [], result: INT },
  kill: { parameters: [INT, INT], result: INT },
  sigaction: { parameters: [INT, "buffer", "buffer"], result: INT },
} as const;

type Symbols<T extends Deno.ForeignLibraryInterface> = Deno.DynamicLibrary<
  T
>["symbols"];

let mapping: Symbols<typeof MAPPING> | undefined;
let sleeping: Symbols<typeof SLEEPING> | undefined;
let others: Symbols<typeof OTHERS> | undefined;

/** Whether this program may call the C library of a Linux. */
export function hasLibc(): boolean {
  // A grant of one file is not enough to see the memory that it maps.
  return mapping !== undefined || (Deno.build.os === "linux" &&
    Deno.permissions.querySync({ name: "ffi" }).state === "granted");
}

/** What it takes to map memory. Needs `--allow-ffi`. */
export function mappingCalls(): Symbols<typeof MAPPING> {
  return mapping ??= open(MAPPING);
}

/** What it takes to sleep and to wake. Needs `--allow-ffi`. */
export function sleepingCalls(): Symbols<typeof SLEEPING> {
  return sleeping ??= open(SLEEPING);
}

/** What is called seldom. Needs `--allow-ffi`. */
export function otherCalls(): Symbols<typeof OTHERS> {
  return others ??= open(OTHERS);
}

function open<T extends Deno.ForeignLibraryInterface>(symbols: T): Symbols<T> {
  return Deno.dlopen("libc.so.6", symbols).symbols;
}

/** Number of the futex system call. */
export const FUTEX_CALL = Deno.build.arch === "aarch64" ? 98n : 202n;

/** A string as C wants it. */
export function cString(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${text}\0`);
}
