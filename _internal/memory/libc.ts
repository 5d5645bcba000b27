const INT = "i32";

/*
 * To look a function up takes a few hundredths of a millisecond, and to make it fast to call more
 * than a tenth, the first of them a whole millisecond. Each child waits for those that it needs to
 * start: so what is called seldom stays slow, which is a microsecond, and the others come in groups.
 *
 * What is slow asks for the permission at each call, and a program may give that up.
 */
const LASTING = {
  open: { parameters: ["buffer", INT, INT], result: INT },
  close: { parameters: [INT], result: INT },
  fcntl: { parameters: [INT, INT, "buffer"], result: INT },
  kill: { parameters: [INT, INT], result: INT },
  sigaction: { parameters: [INT, "buffer", "buffer"], result: INT },
} as const;
const SELDOM = {
  ...LASTING,
  read: { parameters: [INT, "buffer", "usize"], result: "isize" },
  access: { parameters: ["buffer", INT], result: INT },
  pipe2: { parameters: ["buffer", INT], result: INT },
  fallocate: { parameters: [INT, INT, "i64", "i64"], result: INT },
  mmap: {
    parameters: ["pointer", "usize", INT, INT, INT, "i64"],
    result: "pointer",
  },
  prctl: { parameters: [INT, "u64", "u64", "u64", "u64"], result: INT },
} as const;
const MAKING = {
  memfd_create: { parameters: ["buffer", "u32"], result: INT },
  ftruncate: { parameters: [INT, "i64"], result: INT },
  getrlimit: { parameters: [INT, "buffer"], result: INT },
  readlink: { parameters: ["buffer", "buffer", "usize"], result: "isize" },
  capget: { parameters: ["buffer", "buffer"], result: INT },
} as const;
// The variadic `syscall` with the arguments of futex(2).
const FUTEX = {
  name: "syscall",
  parameters: ["i64", "pointer", INT, INT, "buffer", "pointer", INT],
  result: "i64",
} as const;
const SLEEPING = {
  futex: FUTEX,
  futexAsync: { ...FUTEX, nonblocking: true },
} as const;
const RINGING = {
  ppoll: {
    parameters: ["buffer", "u64", "buffer", "pointer"],
    result: INT,
  },
  read: { parameters: [INT, "buffer", "usize"], result: "isize" },
  write: { parameters: [INT, "buffer", "usize"], result: "isize" },
} as const;

type Calls<T extends Deno.ForeignLibraryInterface> = Deno.DynamicLibrary<
  T
>["symbols"];

let seldom: Calls<typeof SELDOM> | undefined;
let lasting: Calls<typeof LASTING> | undefined;
let making: Calls<typeof MAKING> | undefined;
let sleeping: Calls<typeof SLEEPING> | undefined;
let ringing: Calls<typeof RINGING> | undefined;

/** Whether this program may call the C library of a Linux. */
export function hasLibc(): boolean {
  // A grant of one file is not enough to see the memory that it maps.
  return Deno.build.os === "linux" &&
    Deno.permissions.querySync({ name: "ffi" }).state === "granted";
}

/** What is called seldom. Needs `--allow-ffi`. */
export function seldomCalls(): Calls<typeof SELDOM> {
  return seldom ??= openSlow(SELDOM);
}

/** What it takes to make a memory, which children have no need of. Needs `--allow-ffi`. */
export function makingCalls(): Calls<typeof MAKING> {
  return making ??= openSlow(MAKING);
}

/**
 * What it takes to know who lives, to tell others, and to end processes when Ctrl-C comes. Needs
 * `--allow-ffi`, after {@linkcode keepCalls} no more.
 */
export function lastingCalls(): Calls<typeof LASTING> {
  return lasting ?? seldomCalls();
}

/** Makes the lasting calls independent of the permission, if there is one; takes a millisecond. */
export function keepCalls(): void {
  if (lasting === undefined && hasLibc()) lasting = open(LASTING);
}

/** What it takes to sleep on a word and to wake those who do. Needs `--allow-ffi`. */
export function sleepingCalls(): Calls<typeof SLEEPING> {
  return sleeping ??= open(SLEEPING);
}

/** What it takes to sleep on a pipe and to wake who does. Needs `--allow-ffi`. */
export function ringingCalls(): Calls<typeof RINGING> {
  return ringing ??= open(RINGING);
}

function open<T extends Deno.ForeignLibraryInterface>(functions: T): Calls<T> {
  return Deno.dlopen("libc.so.6", functions).symbols;
}

/** Opens functions by their addresses, for which the runtime makes no code. */
function openSlow<T extends Record<string, Deno.ForeignFunction>>(
  functions: T,
): Calls<T> {
  const names = Object.keys(functions);
  const addresses = open(
    Object.fromEntries(names.map((name) => [name, { type: "pointer" }])),
  );
  return Object.fromEntries(names.map((name) => {
    const pointer = new Deno.UnsafeFnPointer(
      addresses[name] as Deno.PointerObject<never>,
      functions[name],
    );
    return [name, pointer.call.bind(pointer)];
  })) as Calls<T>;
}

/** Number of the futex system call. */
export const FUTEX_CALL = Deno.build.arch === "aarch64" ? 98n : 202n;

/** A string as C wants it. */
export function cString(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${text}\0`);
}
