import { textWorker } from "../parking/mod.ts";
import { type Address, isFile } from "./address.ts";
import { keeperMain } from "./keeper_main.ts";
import { fileAt } from "./open_listener.ts";

/**
 * Lets this process end by SIGTERM without leaving the file of a socket at which it
 * listens. From then on that signal ends it, whoever else listens to it.
 */
export class SocketKeeper implements Disposable {
  readonly #worker: Worker;

  private constructor(worker: Worker) {
    this.#worker = worker;
  }

  /** Starts one for a socket that is to be at an address, if that is a file. */
  static async start(address: Address): Promise<SocketKeeper | undefined> {
    // On Windows nothing can listen to that signal.
    if (!isFile(address) || Deno.build.os === "windows") return undefined;
    const worker = textWorker(keeperMain, "socket keeper");
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    worker.onmessage = resolve;
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(`Cannot keep the socket: ${event.message}`));
    };
    await promise;
    return new SocketKeeper(worker);
  }

  /** Keeps the socket that is at the address now. */
  keep(address: Address): void {
    this.#worker.postMessage(fileAt(address));
  }

  /** Leaves SIGTERM alone again. */
  [Symbol.dispose](): void {
    this.#worker.terminate();
  }
}
