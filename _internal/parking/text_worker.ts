/**
 * Starts a worker that runs a function. It gets the text of that and nothing around it,
 * and imports nothing, so it needs no permission to be loaded.
 *
 * @param main is given the global scope of the worker
 * @param name what tools call the worker
 */
export function textWorker(main: (scope: never) => void, name: string): Worker {
  const source = `(${main})(self)`;
  const url = `data:text/javascript,${encodeURIComponent(source)}`;
  return new Worker(url, { type: "module", name });
}
