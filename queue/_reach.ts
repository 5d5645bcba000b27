import {
  type Memory,
  threadMemory,
  widestMemory,
} from "../_internal/memory/mod.ts";

// deno-lint-ignore ban-types -- classes are told apart by identity only
const threadOnly = new WeakSet<Function>();

/** Notes that objects of a class are for the threads of one process. */
// deno-lint-ignore ban-types -- see above
export function keepInThreads(queueClass: Function): void {
  threadOnly.add(queueClass);
}

/** The memory for objects of a class. */
// deno-lint-ignore ban-types -- see above
export function memoryFor(queueClass: Function): Memory {
  for (
    let each = queueClass;
    typeof each === "function";
    each = Object.getPrototypeOf(each)
  ) {
    if (threadOnly.has(each)) return threadMemory();
  }
  return widestMemory();
}
