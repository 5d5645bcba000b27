import { proxyFor } from "./_making.ts";
import { localClientOf } from "./_local_clients.ts";
import type { Client } from "./_client.ts";
import { ServerProcess } from "./_server_process.ts";
import type { BaseProxy } from "./base_proxy.ts";
import { DictProxy } from "./dict_proxy.ts";
import { ListProxy } from "./list_proxy.ts";

let count = 0;

export class Manager implements AsyncDisposable {
  readonly #client: Client;
  readonly #server: ServerProcess | undefined;

  constructor() {
    this.#server = new ServerProcess({
      name: `Manager-${++count}`,
      setup: { registered: new Map(), listen: undefined },
    });
    this.#client = localClientOf(this.#server.desk);
  }

  dict<K = unknown, V = unknown>(
    entries: Iterable<readonly [K, V]> = [],
  ): DictProxy<K, V> {
    return this.#create("dict", [Array.from(entries)], DictProxy) as DictProxy<
      K,
      V
    >;
  }

  list<T = unknown>(items: Iterable<T> = []): ListProxy<T> {
    return this.#create("list", [Array.from(items)], ListProxy) as ListProxy<T>;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.stop();
    await this.#server?.end();
  }

  #create<T extends BaseProxy>(
    type: string,
    args: readonly unknown[],
    proxyClass: new () => T,
  ): T {
    return proxyFor(this.#client.create(type, args), proxyClass);
  }
}
