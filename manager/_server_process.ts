import {
  callingModules,
  callingPlace,
  type LaunchedProcess,
  tie,
} from "../_internal/launch/mod.ts";
import { beforeInterrupt } from "../_internal/last_acts.ts";
import { isFile, removeStaleSocket } from "../_internal/sockets/mod.ts";
import { fromModule, Process } from "../process/mod.ts";
import { Desk } from "./_desk.ts";
import type { ManagerSetup } from "./_setup.ts";

/** `load` is never called: by it the runtime fetches the module together with the program. */
const ENTRY = {
  url: new URL("./_server_entry.ts", import.meta.url),
  load: () => import("./_server_entry.ts"),
};

/** Milliseconds that the process has to end before it is killed. */
const GRACE_MS = 5_000;

/** How to start the process of a manager. */
export interface ServerOptions {
  readonly name: string;
  readonly setup: Omit<ManagerSetup, "desk" | "name">;
}

/** The process of a manager. */
export class ServerProcess {
  readonly desk: Desk;
  readonly #process: Process<[ManagerSetup]>;
  /** Until it has ended and left nothing. */
  readonly #cleared: Promise<void>;

  /** Starts it. */
  constructor({ name, setup }: ServerOptions) {
    const desk = this.desk = new Desk(name);
    this.#process = new Process({
      target: fromModule<(setup: ManagerSetup) => Promise<void>>(
        ENTRY.url,
        "serve",
      ),
      args: [{ ...setup, desk, name }],
      name,
    });
    const tied = tie(this.#process, callingModules(), callingPlace());
    this.#process.start();
    const { id, ended } = tied.launched as LaunchedProcess;
    desk.opened(this.#process.pid!, id);
    const { listen } = setup;
    const clear = () => {
      if (isFile(listen?.address)) removeStaleSocket(listen.address);
    };
    // What it could not remove, as it was killed.
    const clearNoMore = beforeInterrupt(clear);
    this.#cleared = ended.then((code) => {
      desk.closed();
      clearNoMore();
      if (code !== 0) clear();
    });
  }

  /** Its process id. */
  get pid(): number {
    return this.#process.pid!;
  }

  /** Waits for its end, and sees to it that it comes. */
  async end(): Promise<void> {
    const killing = setTimeout(() => this.#process.kill(), GRACE_MS);
    await this.#process.join();
    clearTimeout(killing);
    await this.#cleared;
  }
}
