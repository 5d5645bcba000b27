import { callLater } from "./call_later.ts";
import { Lifeline } from "./lifeline.ts";

const lifeline = new Lifeline();
let pauses = 0;

/** Lets some milliseconds pass, 1 or more, for which the program goes on. */
export async function pause(ms: number): Promise<void> {
  if (pauses++ === 0) lifeline.hold();
  await new Promise<void>((resolve) => callLater(ms, resolve));
  if (--pauses === 0) lifeline.release();
}
