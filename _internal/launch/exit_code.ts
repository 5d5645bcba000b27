/** Deno adds this to the number of the signal that ended a process. */
const SIGNALLED = 128;

/** The exit code as Python has it: -N if signal N ended the process. */
export function exitCodeOf(status: Deno.CommandStatus): number {
  return status.signal === null ? status.code : SIGNALLED - status.code;
}
