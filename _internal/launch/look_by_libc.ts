import { cString, hasLibc, seldomCalls } from "../memory/mod.ts";

const O_RDONLY_CLOEXEC = 0o2_000_000;
const F_OK = 0;

/** The command line of this process, read without permission to read files. */
export function commandLineByLibc(): Uint8Array | undefined {
  if (!hasLibc()) return undefined;
  const { open, close, read } = seldomCalls();
  const fd = open(cString("/proc/self/cmdline"), O_RDONLY_CLOEXEC, 0);
  if (fd < 0) return undefined;
  try {
    const parts: Uint8Array[] = [];
    for (;;) {
      const part = new Uint8Array(4096);
      const length = Number(read(fd, part, BigInt(part.length)));
      if (length <= 0) break;
      parts.push(part.subarray(0, length));
    }
    const whole = new Uint8Array(
      parts.reduce((sum, { length }) => sum + length, 0),
    );
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  } finally {
    close(fd);
  }
}

/** Whether a file exists, as far as can be told without permission to read files. */
export function accessByLibc(path: string): boolean | undefined {
  return hasLibc()
    ? seldomCalls().access(cString(path), F_OK) === 0
    : undefined;
}
