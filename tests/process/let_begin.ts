import { Process } from "../../process/mod.ts";
import { IS_FFI_DENIED } from "../shared_memory.ts";

/**
 * Lets processes begin that have been started, for a test that is going to block. Where processes
 * share no memory, they do once who has started them awaits something.
 */
export async function letBegin(): Promise<void> {
  if (!IS_FFI_DENIED) return;
  // One that was started later, and has ended.
  const later = new Process({ target: () => {} });
  later.start();
  await later.join();
}
