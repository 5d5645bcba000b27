import { chosenAuthKey } from "../_internal/launch/mod.ts";
import { openLog } from "../_internal/log.ts";
import { checkWait, withinTime } from "../_internal/parking/mod.ts";
import {
  absoluteAddress,
  type Address,
  checkAddress,
  connectSocket,
  describeAddress,
  importAuthKey,
} from "../_internal/sockets/mod.ts";
import { checkConnect, checkManager } from "./_options.ts";
import { RemoteClient } from "./_remote_client.ts";
import { MAX_MESSAGE, PURPOSE } from "./_remote_terms.ts";
import type { ListenSetup } from "./_setup.ts";
import type {
  ManagerConnectOptions,
  ManagerOptions,
} from "./manager_options.ts";

/** Checks where a new manager is to listen, and for whom. */
export function listenSetup(
  options: ManagerOptions,
): ListenSetup | undefined {
  checkManager(options);
  const { address, authKey, tls } = options;
  if (address === undefined) return undefined;
  return {
    address: absoluteAddress(checkAddress(address, "create manager", 0)),
    authKey: chosenAuthKey(authKey, "create manager"),
    tls,
  };
}

/** Connects to a manager of another program. */
export async function connectTo(
  address: Address,
  options: ManagerConnectOptions,
): Promise<RemoteClient> {
  checkConnect(address, options);
  checkWait(options);
  const { authKey, tls, timeout, signal } = options;
  const wait = { timeout, signal };
  const checked = checkAddress(address, "connect", 1);
  const terms = {
    key: importAuthKey(chosenAuthKey(authKey, "connect")),
    purpose: PURPOSE,
    maxReceive: MAX_MESSAGE,
  };
  openLog();
  const where = describeAddress(checked);
  const givenUp = new AbortController();
  const connect = async () => {
    const socket = await connectSocket(checked, terms, {
      signal: givenUp.signal,
    }, tls);
    givenUp.signal.addEventListener("abort", () => socket.close());
    if (givenUp.signal.aborted) socket.close();
    const client = new RemoteClient(socket, where);
    await client.greet();
    return client;
  };
  const connected = connect();
  try {
    // One limit for both: what listens there may say who it is late, or never.
    return await withinTime(connected, `connect to ${where}`, wait);
  } catch (error) {
    connected.catch(() => {});
    givenUp.abort();
    throw error;
  }
}
