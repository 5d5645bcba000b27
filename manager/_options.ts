import {
  checkArray,
  checkKind,
  checkOption,
  checkOptions,
} from "../_internal/check.ts";
import { toAuthKey } from "../_internal/launch/mod.ts";
import { checkNoAddress } from "../_internal/sockets/mod.ts";
import type { Client } from "./_client.ts";
import type {
  BarrierProxyOptions,
  ManagerConnectOptions,
  ManagerOptions,
  QueueProxyOptions,
} from "./manager_options.ts";

const CREATE_MANAGER = "create manager";
const CREATE_QUEUE = "create queue";
const CREATE_BARRIER = "create barrier";
const TASK_NUMBERS = ["timeout", "retries", "priority", "chunkSize"] as const;

/**
 * Checks how a manager is to be made.
 *
 * @throws {TypeError} if these are no options, or one is of the wrong kind
 */
export function checkManager(options: ManagerOptions): void {
  checkOptions(options, CREATE_MANAGER, { string: "address" });
  checkNoAddress(options, CREATE_MANAGER);
  checkOption(options.name, "string", "name", CREATE_MANAGER);
  const { address, tls } = options;
  checkOption(tls, "object", "tls", CREATE_MANAGER);
  if (tls !== undefined) {
    checkKind(tls.cert, "string", "tls.cert", CREATE_MANAGER);
    checkKind(tls.key, "string", "tls.key", CREATE_MANAGER);
    if (address === undefined) {
      throw new TypeError(
        `Cannot ${CREATE_MANAGER}: it has tls, but no address where others connect`,
      );
    }
  }
  // Also if it is not needed, as there is no address.
  const { authKey } = options;
  if (authKey !== undefined) toAuthKey(authKey, CREATE_MANAGER);
}

/**
 * Checks how to connect to a manager, but for how long to wait.
 *
 * @throws {TypeError} if these are no options, or `tls`, or what is in it, is of the wrong
 *   kind
 */
export function checkConnect(options: ManagerConnectOptions): void {
  checkOptions(options, "connect", { string: "authKey", number: "timeout" });
  checkOption(options.tls, "object", "tls", "connect");
  const caCerts: unknown = options.tls?.caCerts;
  if (caCerts === undefined) return;
  checkArray(caCerts, "tls.caCerts", "connect");
  for (const [index, cert] of (caCerts as unknown[]).entries()) {
    checkKind(cert, "string", `tls.caCerts[${index}]`, "connect");
  }
}

/**
 * The size of a queue. The manager would refuse one of the wrong kind later, and take
 * what is no options for none.
 */
export function maxSizeOf(options: QueueProxyOptions): number {
  checkOptions(options, CREATE_QUEUE, { number: "maxSize" });
  const { maxSize = 0 } = options;
  checkOption(maxSize, "number", "maxSize", CREATE_QUEUE);
  return maxSize;
}

/** The number of the function that a barrier calls, of which the manager is told. */
export function toldAction(
  client: Client,
  options: BarrierProxyOptions,
): number | undefined {
  checkOptions(options, CREATE_BARRIER, { function: "action" });
  const { action } = options;
  checkOption(action, "function", "action", CREATE_BARRIER);
  return action && client.tell(action, CREATE_BARRIER);
}

/** Checks how a pool is to treat a task, for the form of that name. */
export function checkTask(
  options:
    | { readonly [name in typeof TASK_NUMBERS[number]]?: unknown }
    | undefined,
  doing: "apply" | "map" | "starmap",
): void {
  if (options === undefined) return;
  const likely = doing === "apply" ? "timeout" : "chunkSize";
  checkOptions(options, doing, { number: likely });
  for (const name of TASK_NUMBERS) {
    checkOption(options[name], "number", name, doing);
  }
}
