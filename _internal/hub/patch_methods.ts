import {
  holdingOf,
  type RelayedMethod,
  type RelayedMethods,
} from "../handles/mod.ts";
import { log } from "../log.ts";
import {
  checkWait,
  logWait,
  type WaitOptions,
  watchElsewhere,
} from "../parking/mod.ts";
import { UnsendableError } from "./call_body.ts";
import { HubEndedError } from "./call_table.ts";
import { describeCall } from "./describe_call.ts";
import type { HubClient, Invocation } from "./hub_client.ts";
import { RelayedHolding } from "./relayed_holding.ts";
import { RelayedReadiness } from "./relayed_readiness.ts";

type Method = (this: object, ...args: unknown[]) => unknown;

/** Lets the methods of a class ask the hub, for objects that are there. */
export function patchMethods(
  client: HubClient,
  prototype: object,
  methods: RelayedMethods,
): void {
  for (const [name, method] of Object.entries(methods)) {
    const found = Object.getOwnPropertyDescriptor(prototype, name);
    if (name === "ready") {
      watchElsewhere(prototype, (object, here) => {
        const holding = relayedOf(object);
        return holding === undefined || holding.isOver
          ? undefined
          : new RelayedReadiness(client.watching, holding, here);
      });
    } else if (method.accessor) {
      patchAccessor(client, prototype, name, method, found);
    } else if (typeof found?.value === "function") {
      const original: Method = found.value;
      Object.defineProperty(prototype, name, {
        ...found,
        value(this: object, ...args: unknown[]): unknown {
          const holding = relayedOf(this);
          // What is closed says so by itself.
          return holding === undefined || holding.isOver
            ? original.apply(this, args)
            : ask({
              client,
              object: this,
              holding,
              name,
              method,
              given: args,
              original,
            });
        },
      });
    }
  }
}

function patchAccessor(
  client: HubClient,
  prototype: object,
  name: string,
  method: RelayedMethod,
  found: PropertyDescriptor | undefined,
): void {
  const setter: RelayedMethod = { sync: true };
  Object.defineProperty(prototype, name, {
    ...found,
    get(this: object): unknown {
      const holding = relayedOf(this);
      if (holding === undefined) return found?.get?.call(this);
      const { constants } = holding;
      if (constants.has(name)) return constants.get(name);
      if (holding.isOver) return found?.get?.call(this);
      const value = client.callSync(
        { object: this, holding, name, method },
        [],
      );
      if (method.constant) constants.set(name, value);
      return value;
    },
    set: found?.set === undefined ? undefined : function (
      this: object,
      value: unknown,
    ): void {
      const holding = relayedOf(this);
      if (holding === undefined) return found.set!.call(this, value);
      try {
        client.callSync(
          { object: this, holding, name: `${name}=`, method: setter },
          [value],
        );
      } catch (error) {
        if (error instanceof UnsendableError) found.set!.call(this, value);
        throw error;
      }
    },
  });
}

/** A method that somebody has called. */
interface Asked extends Invocation {
  readonly client: HubClient;
  readonly given: unknown[];
  /** What it does where the object is. */
  readonly original: Method;
}

function ask(asked: Asked): unknown {
  const { client, object, holding, method, given, original } = asked;
  if (method.post?.(object, given)) {
    client.postCall(asked, given);
    if (method.released !== undefined) holding.letGo(method.released(given));
    return method.alsoHere ? original.apply(object, given) : undefined;
  }
  if (method.sync || method.post !== undefined) {
    try {
      return askSync(asked);
    } catch (error) {
      // What is no argument at all is refused by the method itself.
      if (error instanceof UnsendableError) {
        original.apply(object, given);
        throw error.cause;
      }
      throw error;
    }
  }
  return method.instead === undefined
    ? askLater(asked)
    : method.instead(object, given);
}

function askSync(asked: Asked): unknown {
  const { client, object, holding, method, given } = asked;
  const { args, wait } = argumentsOf(asked);
  if (method.gives === "value" || method.gives === "try") {
    holding.late.check();
  }
  try {
    const doHere = method.doHere?.(object);
    const result = client.callSync(asked, args, wait?.timeout, doHere);
    if (method.released !== undefined) holding.letGo(method.released(given));
    return finish(holding, method, result);
  } catch (error) {
    throw errorOf(method, error);
  }
}

async function askLater(asked: Asked): Promise<unknown> {
  const { client, object, holding, name, method, given, original } = asked;
  const { args, wait } = argumentsOf(asked);
  if (method.gives === "value") {
    const late = holding.late.next();
    if (late !== undefined) return await late;
  }
  try {
    const doHere = method.doHere?.(object);
    const called = client.call(asked, args, wait, doHere);
    return await (log === undefined
      ? called
      : logWait(called, describeCall(object, name), wait?.signal));
  } catch (error) {
    // It has been closed meanwhile.
    if (holding.isOver) await original.apply(object, given);
    throw error instanceof UnsendableError
      ? error.cause
      : errorOf(method, error);
  }
}

/** What a class says in its own words if the hub has ended. */
function errorOf({ lost }: RelayedMethod, error: unknown): unknown {
  return error instanceof HubEndedError && lost ? lost(error) : error;
}

/** What a form that cannot wait gives. */
function finish(
  { late }: RelayedHolding,
  method: RelayedMethod,
  result: unknown,
): unknown {
  if (method.gives === "value") return late.settle(result);
  if (method.gives === "try") {
    const tried = result as { readonly value: unknown } | undefined;
    if (tried === undefined) return { ok: false };
    return { ok: true, value: late.settle(tried.value) };
  }
  return result;
}

/** The arguments as the hub is to get them, and how long to wait. */
function argumentsOf(
  { method, given }: Asked,
): { args: unknown[]; wait: WaitOptions | undefined } {
  const args = method.prepare?.(given) ?? given;
  const wait = method.wait === undefined
    ? undefined
    : args[method.wait] as WaitOptions | undefined;
  checkWait(wait);
  return { args, wait };
}

function relayedOf(object: object): RelayedHolding | undefined {
  const holding = holdingOf(object);
  return holding instanceof RelayedHolding ? holding : undefined;
}
