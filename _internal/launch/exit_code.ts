/** Deno adds this to the number of the signal that ended a process. */
const SIGNALLED = 128;
/** Where there are no signals, the exit code of a process that was ended from outside. */
const TERMINATED = 1;
const NUMBERS = { SIGINT: 2, SIGKILL: 9, SIGTERM: 15 } as const;

/** The signals by which processes are ended. */
export type EndSignal = keyof typeof NUMBERS;

const sent = new WeakMap<Deno.ChildProcess, EndSignal>();

/**
 * Ends a process.
 *
 * @throws {TypeError} if it has ended already
 */
export function endBy(
  child: Deno.ChildProcess,
  signal: EndSignal,
  os = Deno.build.os,
): void {
  // There no process hears a signal of another, and Deno refuses to send this one.
  const isUnknown = os === "windows" && signal === "SIGINT";
  child.kill(isUnknown ? "SIGTERM" : signal);
  sent.set(child, signal);
}

/** The signal that a process was sent by {@linkcode endBy}. */
export function signalSentTo(child: Deno.ChildProcess): EndSignal | undefined {
  return sent.get(child);
}

/**
 * Whether Ctrl-C has ended a process, as far as is known. One that this thread has interrupted by
 * itself has no part in that.
 */
export function isByCtrlC(
  child: Deno.ChildProcess,
  { signal }: Deno.CommandStatus,
): boolean {
  return signal === "SIGINT" && signalSentTo(child) !== signal;
}

/**
 * The exit code as Python has it: -N if signal N ended the process.
 *
 * @param wasSent the signal that it was sent, which Windows does not tell
 */
export function exitCodeOf(
  { signal, code }: Deno.CommandStatus,
  wasSent?: EndSignal,
  os = Deno.build.os,
): number {
  if (signal !== null) return SIGNALLED - code;
  const isEnded = os === "windows" && wasSent !== undefined &&
    code === TERMINATED;
  return isEnded ? -NUMBERS[wasSent] : code;
}
