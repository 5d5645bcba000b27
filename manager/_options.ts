import {
  checkArray,
  checkKind,
  checkOption,
  checkOptions,
  checkTime,
} from "../_internal/check.ts";
import { toAuthKey } from "../_internal/launch/mod.ts";
import { type Address, checkNoAddress } from "../_internal/sockets/mod.ts";
import type { Client } from "./_client.ts";
import type {
  BarrierProxyOptions,
  ManagerConnectOptions,
  ManagerOptions,
  QueueProxyOptions,
} from "./manager_options.ts";

const CREATE_MANAGER = "create manager";
const CREATE_QUEUE = "create queue";
const CREATE_SEMAPHORE = "create semaphore";
const CREATE_BARRIER = "create barrier";
const CREATE_POOL = "create pool";
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
    checkEncrypts(address, CREATE_MANAGER);
  }
  // Also if it is not needed, as there is no address.
  const { authKey } = options;
  if (authKey !== undefined) toAuthKey(authKey, CREATE_MANAGER);
}

/** @throws {TypeError} if nothing would be encrypted there */
function checkEncrypts(address: Address, doing: string): void {
  if (typeof address !== "string") return;
  throw new TypeError(
    `Cannot ${doing}: it has tls, but the address is the path of a Unix socket, where nothing is encrypted`,
  );
}

/**
 * Checks how to connect to a manager, but for how long to wait.
 *
 * @throws {TypeError} if these are no options, or `tls`, or what is in it, is of the wrong
 *   kind, or not for that address
 */
export function checkConnect(
  address: Address,
  options: ManagerConnectOptions,
): void {
  checkOptions(options, "connect", { string: "authKey", number: "timeout" });
  const { tls } = options;
  checkOption(tls, "object", "tls", "connect");
  if (tls === undefined) return;
  const { caCerts = [] } = tls;
  checkArray(caCerts, "tls.caCerts", "connect");
  for (const [index, cert] of caCerts.entries()) {
    checkKind(cert, "string", `tls.caCerts[${index}]`, "connect");
  }
  checkEncrypts(address, "connect");
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

/** The permits of a semaphore. How many there may be is for the manager to say. */
export function permitsOf(n: number): number {
  checkKind(n, "number", "n", CREATE_SEMAPHORE);
  return n;
}

/**
 * What a barrier is made of: how many parties, the number of the function that it calls,
 * of which the manager is told, and its timeout.
 */
export function barrierArgs(
  client: Client,
  parties: number,
  options: BarrierProxyOptions,
): [parties: number, action: number | undefined, timeout: number] {
  checkKind(parties, "number", "parties", CREATE_BARRIER);
  checkOptions(options, CREATE_BARRIER, { function: "action" });
  const { action, timeout = Infinity } = options;
  checkOption(action, "function", "action", CREATE_BARRIER);
  checkTime(timeout, "timeout", CREATE_BARRIER);
  return [parties, action && client.tell(action, CREATE_BARRIER), timeout];
}

/** The processes of a pool. How many there may be is for the manager to say. */
export function processesOf(processes?: number): number | undefined {
  checkOption(processes, "number", "processes", CREATE_POOL);
  return processes;
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
