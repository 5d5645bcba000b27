/**
 * Starts a worker that runs a function. It gets the text of that and nothing around it,
 * and imports nothing, so it needs no permission to be loaded.
 *
 * @param main is given the global scope of the worker, and what it is told
 * @param name what tools call the worker
 * @param told what JSON can say
 */
export function textWorker<T extends readonly unknown[]>(
  main: (scope: never, ...told: T) => void,
  name: string,
  ...told: T
): Worker {
  const args = ["self", ...told.map((it) => JSON.stringify(it))];
  const source = `(${main})(${args.join()})`;
  const url = `data:text/javascript,${encodeURIComponent(source)}`;
  return new Worker(url, { type: "module", name });
}
