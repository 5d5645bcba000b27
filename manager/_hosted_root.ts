import type { Address } from "../_internal/sockets/mod.ts";
import { checkKind } from "../_internal/check.ts";
import { SharedMemory } from "../sync/mod.ts";
import { type HostedType, hostedType } from "./_hosted.ts";
import { BaseProxy } from "./base_proxy.ts";

/** What a manager knows of itself. */
export interface AskedManager {
  readonly name: string;
  counts(): { readonly objects: number; readonly clients: number };
  /** @throws {Error} if it listens nowhere */
  address(): Address;
}

/** What a manager can be asked for itself. */
export function rootType(manager: AskedManager): HostedType<unknown> {
  const published = new Map<string, BaseProxy>();
  const memories: SharedMemory[] = [];
  const remove = (memory: SharedMemory) => {
    memory.close();
    memory.unlink();
  };
  return hostedType("Manager", () => undefined, {
    name: () => manager.name,
    address: () => manager.address(),
    counts: () => manager.counts(),
    publish(_root, [given, proxy]) {
      const name = checkName(given, "publish");
      if (!(proxy instanceof BaseProxy)) {
        throw new TypeError(`Cannot publish ${name}: it is no proxy`);
      }
      published.set(name, proxy);
    },
    unpublish: (_root, [name]) =>
      published.delete(checkName(name, "unpublish")),
    lookup(_root, [given]) {
      const name = checkName(given, "look up");
      const proxy = published.get(name);
      if (proxy !== undefined) return proxy;
      throw new Error(
        `Cannot look up ${name}: nothing is published by that name`,
      );
    },
    sharedMemory(_root, [size], call) {
      const memory = SharedMemory.create(size as number);
      try {
        call.session.checkSendable(memory);
      } catch (error) {
        // Who asks is of another program.
        remove(memory);
        throw error;
      }
      memories.push(memory);
      return memory;
    },
  }, () => memories.splice(0).forEach(remove));
}

function checkName(name: unknown, doing: string): string {
  checkKind(name, "string", "the name", doing);
  return name as string;
}
