import { type Address, describeAddress } from "./address.ts";
import { privateAddress } from "./private_address.ts";

/** A listener of the runtime, and where it is. */
export interface OpenListener {
  readonly listener: Deno.Listener;
  readonly address: Address;
  /** Closes it and removes what it has in the file system. */
  close(): void;
}

const open = new Set<OpenListener>();

/**
 * Listens at an address, or at one of its own.
 *
 * @throws {Deno.errors.AddrInUse} if something else does so there
 */
export function openListener(given: Address | undefined): OpenListener {
  const { address, remove } = given === undefined
    ? privateAddress()
    : { address: given };
  let listener: Deno.Listener;
  try {
    listener = listen(address);
  } catch (error) {
    remove?.();
    throw error;
  }
  const opened: OpenListener = {
    listener,
    address: typeof address === "string"
      ? address
      : { hostname: address.hostname, port: portOf(listener) },
    close() {
      if (open.delete(opened)) {
        listener.close();
        remove?.();
      }
      if (open.size === 0) removeEventListener("unload", closeAll);
    },
  };
  if (open.size === 0) addEventListener("unload", closeAll);
  open.add(opened);
  return opened;
}

function listen(address: Address): Deno.Listener {
  try {
    return typeof address === "string"
      ? Deno.listen({ transport: "unix", path: address })
      : Deno.listen({ ...address });
  } catch (error) {
    const where = describeAddress(address);
    if (error instanceof Deno.errors.AddrInUse) {
      throw new Deno.errors.AddrInUse(
        `Cannot listen at ${where}: the address is in use${
          typeof address === "string" && !address.startsWith("\0")
            ? "; if no program listens there, remove the file"
            : ""
        }`,
      );
    }
    if (error instanceof Error) {
      error.message = `Cannot listen at ${where}: ${error.message}`;
    }
    throw error;
  }
}

function portOf({ addr }: Deno.Listener): number {
  return "port" in addr ? addr.port : 0;
}

/** The end of the program removes files, however it ends but by a signal. */
function closeAll(): void {
  for (const each of [...open]) each.close();
}
