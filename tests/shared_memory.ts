// What tests need who knows that processes share memory, which all may be run without:
// `deno task test --deny-ffi`.

import { type TestOptions, testUnless } from "./left_out.ts";

/** Whether this test run may not use FFI: then nothing that it starts may, either. */
export const IS_FFI_DENIED =
  Deno.permissions.querySync({ name: "ffi" }).state === "denied";

/** What a program needs to share objects with its children, besides `--allow-run`. */
export const SHARING_FLAGS: readonly string[] = IS_FFI_DENIED
  ? ["--allow-net=127.0.0.1", "--allow-read"]
  : ["--allow-ffi"];

/** Why a test has no meaning where processes share no memory. */
export const NEEDS = {
  /** It reads or writes words of that memory, or kills who is changing them. */
  mapping: "it looks into the memory that processes share",
  /** It sends processes what is bytes to its users. */
  bytes: "only memory that processes share can be an array to several of them",
  /** It sends Ctrl-C to a program that has processes. */
  interrupt: "Ctrl-C ends the processes of a program by FFI only",
  /** It starts a daemon that computes without a pause. */
  daemon: "only the kernel, asked by FFI, ends a daemon that computes",
  /** It ends the thread that has started a daemon, and not the program. */
  thread: "only the kernel, asked by FFI, ends a daemon with its thread",
  /** It hands a connection over a socket to another process. */
  socket: "the socket of another process can be used in shared memory only",
  /** It asks who is alive, without a turn of the event loop. */
  probe: "a hub hears of a death a moment later, and cannot be asked before",
  /** A process waits, and blocks its thread before its turn. */
  turn: "a hub gives to who waits, although its thread does not come for it",
  /** It runs programs with and without a permission that nobody has here. */
  permission: "it is about what --allow-ffi grants",
  /** It counts what its own process has, in `/proc`. */
  everything: "it looks into /proc, which takes all permissions",
  /** The test beside it does without. */
  twice: "a test beside it does the same without --allow-ffi",
  /** It would run other tests once more, as they have been run. */
  again: "it runs tests again, as they run here anyway",
} as const;

/** A test of what processes have only if they share memory; else it is left out, and says why. */
export function sharedTest(
  why: keyof typeof NEEDS,
  name: string,
  run: (test: Deno.TestContext) => void | Promise<void>,
  options?: TestOptions,
): void {
  testUnless(IS_FFI_DENIED ? NEEDS[why] : undefined, name, run, options);
}
