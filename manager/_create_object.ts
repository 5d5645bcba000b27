import type { Target } from "../process/mod.ts";
import type { Client } from "./_client.ts";
import { proxyFor } from "./_making.ts";
import { ObjectProxy } from "./_object_proxy.ts";
import {
  describeTarget,
  descriptionOf,
  labelOf,
  registeredTargets,
} from "./_registered.ts";
import type { ManagedMaker, Proxied } from "./proxied.ts";

/**
 * Makes an object that is none of the library's own.
 *
 * @param type its class, a function that gives it, or the name that it is registered by
 * @throws {TypeError} if the class or an argument cannot be sent
 */
export function createObject(
  client: Client,
  type: ManagedMaker | Target<never[]> | string,
  args: readonly unknown[],
): Proxied<object> {
  const name = typeof type === "string" ? type : undefined;
  const description = typeof type === "string"
    ? registeredTargets().get(type)
    : descriptionOf(type) ?? describeTarget(type, "create object");
  const ref = client.create("object", [...args, name, description]);
  ref.label = name ?? labelOf(description!);
  return proxyFor(ref, ObjectProxy);
}
