/**
 * What Python's `multiprocessing` gives Python, for Deno: processes and threads that run your
 * functions, and the primitives that let them work together.
 *
 * - {@linkcode Process} and {@linkcode Thread} run a function elsewhere.
 * - {@linkcode Queue} and {@linkcode Pipe} carry values between them.
 * - {@linkcode Lock} lets them take turns, and {@linkcode SharedValue} lets them share a number.
 * - {@linkcode Pool} runs many calls on a few of them.
 * - {@linkcode Manager} keeps objects for them, and for other programs.
 *
 * Queues, connections, locks, shared values and proxies of a manager can be handed on, inside
 * arguments and inside messages, and arrive as working handles to the same object. The functions
 * that run in a child are exported, and the main program stands behind `import.meta.main`, since the
 * child imports the same module.
 *
 * Every family has an entry point of its own, such as `@parallel/multiprocessing/queue`. What does
 * not say that it needs a permission needs none.
 *
 * @example A process that puts, a main program that gets
 * ```ts
 * import { Process, Queue } from "@parallel/multiprocessing";
 * import { assertEquals } from "@std/assert";
 *
 * using queue = new Queue<number>();
 * const child = new Process({
 *   target: async (queue: Queue<number>) => {
 *     for (const n of [1, 2, 3]) await queue.put(n * n);
 *   },
 *   args: [queue],
 * });
 * child.start();
 *
 * assertEquals(await queue.get(), 1);
 * assertEquals(await queue.get(), 4);
 * assertEquals(await queue.get(), 9);
 * assertEquals(await child.join(), 0);
 * ```
 *
 * @module
 */

export * from "./manager/mod.ts";
export * from "./pipe/mod.ts";
export * from "./pool/mod.ts";
export * from "./process/mod.ts";
export * from "./queue/mod.ts";
export * from "./sync/mod.ts";
// Managers export it as a type only, which must not hide the class.
export { SharedMemory } from "./sync/mod.ts";
