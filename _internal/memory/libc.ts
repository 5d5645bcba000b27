const INT = "i32";
const symbols = {
  memfd_create: { parameters: ["buffer", "u32"], result: INT },
  ftruncate: { parameters: [INT, "i64"], result: INT },
  fallocate: { parameters: [INT, INT, "i64", "i64"], result: INT },
  mmap: {
    parameters: ["pointer", "usize", INT, INT, INT, "i64"],
    result: "pointer",
  },
  fcntl: { parameters: [INT, INT, "buffer"], result: INT },
  open: { parameters: ["buffer", INT, INT], result: INT },
  close: { parameters: [INT], result: INT },
  read: { parameters: [INT, "buffer", "usize"], result: "isize" },
  write: { parameters: [INT, "buffer", "usize"], result: "isize" },
  access: { parameters: ["buffer", INT], result: INT },
  pipe2: { parameters: ["buffer", INT], result: INT },
  prctl: { parameters: [INT, "u64", "u64", "u64", "u64"], result: INT },
  getppid: { parameters: [], result: INT },
  kill: { parameters: [INT, INT], result: INT },
  sigaction: { parameters: [INT, "buffer", "buffer"], result: INT },
  // The variadic `syscall` with the arguments of futex(2).
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
} as const;

/** The functions of the C library that we call. */
export type Libc = Deno.DynamicLibrary<typeof symbols>["symbols"];

let opened: Libc | undefined;

/** Whether this program may call the C library of a Linux. */
export function hasLibc(): boolean {
  return opened !== undefined || (Deno.build.os === "linux" &&
    Deno.permissions.querySync({ name: "ffi", path: "libc.so.6" }).state ===
      "granted");
}

/**
 * Opens the C library, once.
 *
 * Needs `--allow-ffi`.
 */
export function libc(): Libc {
  return opened ??= Deno.dlopen("libc.so.6", symbols).symbols;
}

/** Number of the futex system call. */
export const FUTEX_CALL = Deno.build.arch === "aarch64" ? 98n : 202n;

/** A string as C wants it. */
export function cString(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${text}\0`);
}
