import { MEMORY_BYTES } from "./layout.ts";
import { cString, makingCalls, seldomCalls } from "./libc.ts";

const RLIMIT_FSIZE = 1;
const PR_GET_DUMPABLE = 3;
const CAPABILITY_VERSION_3 = 0x2008_0522;
const CAP_SYS_PTRACE = 19;
const PATH_BYTES = 64;

const INSTEAD = "run without --allow-ffi and with --allow-net=127.0.0.1";

/** What decides whether there can be a memory that children open. */
export interface Circumstances {
  readonly pid: number;
  /** Bytes that a file of this process may have. */
  readonly fileLimit: bigint;
  /** Which process `/proc/self` is, if there is a `/proc`. */
  readonly procSelf: number | undefined;
  /** Whether processes of the same user may open the files of this one. */
  readonly isOpenToUser: boolean;
}

/**
 * Why there cannot be a memory that children open, and what to do.
 *
 * @returns nothing if there can
 */
export function obstacleIn(
  { pid, fileLimit, procSelf, isOpenToUser }: Circumstances,
): string | undefined {
  if (fileLimit < BigInt(MEMORY_BYTES)) {
    return `a file of ${MEMORY_BYTES} bytes is not to be had (ulimit -f?)`;
  }
  if (procSelf !== undefined && procSelf !== pid) {
    return `/proc is that of another pid namespace (unshare --mount-proc?); mount its own, or ${INSTEAD}`;
  }
  if (isOpenToUser) return undefined;
  return `the kernel lets no child open files of this process, as of a Deno with capabilities (setcap?); ${INSTEAD}`;
}

/** Looks how things are. */
export function lookAround(): Circumstances {
  return {
    pid: Deno.pid,
    fileLimit: readFileLimit(),
    procSelf: readProcSelf(),
    isOpenToUser: isDumpable() || mayOpenAll(),
  };
}

function readFileLimit(): bigint {
  const limits = new BigUint64Array(2).fill(-1n);
  makingCalls().getrlimit(RLIMIT_FSIZE, new Uint8Array(limits.buffer));
  return limits[0];
}

function readProcSelf(): number | undefined {
  const bytes = new Uint8Array(PATH_BYTES);
  const { readlink } = makingCalls();
  const length = readlink(cString("/proc/self"), bytes, BigInt(PATH_BYTES));
  return length < 0
    ? undefined
    : Number(new TextDecoder().decode(bytes.subarray(0, Number(length))));
}

function isDumpable(): boolean {
  return seldomCalls().prctl(PR_GET_DUMPABLE, 0n, 0n, 0n, 0n) === 1;
}

/** Whether this process, and so its children, may open the files of any process. */
function mayOpenAll(): boolean {
  const header = new Int32Array([CAPABILITY_VERSION_3, 0]);
  const sets = new Int32Array(6);
  const { capget } = makingCalls();
  const failed = capget(
    new Uint8Array(header.buffer),
    new Uint8Array(sets.buffer),
  );
  return failed === 0 && (sets[0] >>> CAP_SYS_PTRACE & 1) === 1;
}
