/** Lets the program end while a worker runs. */
export function unrefWorker(worker: Worker): void {
  // Workers have no public way to say so; the method by which the runtime does
  // it for Node's workers is the one without a name.
  const unnamed = Object.getOwnPropertySymbols(Worker.prototype)
    .find(({ description }) => !description);
  if (unnamed === undefined) return;
  Reflect.get(worker, unnamed)?.call(worker, false);
}
