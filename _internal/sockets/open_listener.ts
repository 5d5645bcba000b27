import { beforeInterrupt } from "../last_acts.ts";
import {
  absoluteAddress,
  type Address,
  describeAddress,
  isFile,
} from "./address.ts";
import { privateAddress } from "./private_address.ts";
import { removeStaleSocket } from "./stale_socket.ts";

/** By what a listener encrypts, in PEM format. */
export interface ListenerTls {
  /** The certificate, and those that vouch for it. */
  readonly cert: string;
  /** The private key of the certificate. */
  readonly key: string;
}

/** A listener of the runtime, and where it is. */
export interface OpenListener {
  readonly listener: Deno.Listener;
  readonly address: Address;
  /** Waits for the next peer; nobody else does so meanwhile. */
  accept(): Promise<Deno.Conn>;
  /**
   * Closes it and removes what it has in the file system.
   *
   * @returns when the address can be used again
   */
  close(): Promise<void>;
}

const open = new Map<OpenListener, SocketFile | undefined>();
let removeNoMore = () => {};

/**
 * Listens at an address, or at one of its own. The file of a socket at which nobody
 * listens any more is no obstacle, if this program may remove it.
 *
 * @throws {Deno.errors.AddrInUse} if something else does so there
 */
export function openListener(
  given: Address | undefined,
  tls?: ListenerTls,
): OpenListener {
  const { address, remove } = given === undefined
    ? privateAddress()
    : { address: absoluteAddress(given) };
  let listener: Deno.Listener | undefined;
  let file: SocketFile | undefined;
  try {
    listener = listenAlone(address, tls);
    file = fileAt(address);
  } catch (error) {
    listener?.close();
    remove?.();
    throw error;
  }
  let accepting: Promise<unknown> = Promise.resolve();
  let closing: Promise<void> | undefined;
  const close = async () => {
    // While an accept is under way the runtime keeps the socket, and its file; the program is to
    // live until it has ended.
    listener.ref();
    listener.close();
    remove?.();
    await accepting.catch(() => {});
    forget(opened);
  };
  const opened: OpenListener = {
    listener,
    address: typeof address === "string"
      ? address
      : { hostname: address.hostname, port: portOf(listener) },
    accept() {
      const conn = listener.accept();
      accepting = conn;
      return conn;
    },
    close: () => closing ??= close(),
  };
  if (open.size === 0) beginToRemove();
  open.set(opened, file);
  return opened;
}

/** Which file a socket is. */
export interface SocketFile {
  readonly path: string;
  readonly inode: number | null;
}

/** The file of a socket, if it has one. */
export function fileAt(address: Address): SocketFile | undefined {
  if (!isFile(address)) return undefined;
  return { path: address, inode: Deno.lstatSync(address).ino };
}

function forget(opened: OpenListener): void {
  open.delete(opened);
  if (open.size === 0) removeNoMore();
}

/** Sees to it that {@linkcode removeFiles} is called before the end. */
function beginToRemove(): void {
  addEventListener("unload", removeFiles);
  const leave = beforeInterrupt(removeFiles);
  removeNoMore = () => {
    removeEventListener("unload", removeFiles);
    leave();
  };
}

/** Removes what the runtime would leave at the end of the program. */
function removeFiles(): void {
  for (const [opened, file] of open) {
    opened.close();
    try {
      if (file !== undefined && fileAt(file.path)?.inode === file.inode) {
        Deno.removeSync(file.path);
      }
    } catch {
      // It has gone already.
    }
  }
}

function listenAlone(address: Address, tls?: ListenerTls): Deno.Listener {
  try {
    return listen(address, tls);
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse) || !isFile(address)) {
      throw error;
    }
    // To ask a listener of this isolate would be to connect to ourselves.
    const isOurs = open.values().some((file) => file?.path === address);
    if (isOurs) throw error;
    removeStaleSocket(address);
    return listen(address, tls);
  }
}

function listen(address: Address, tls?: ListenerTls): Deno.Listener {
  try {
    if (typeof address === "string") {
      return Deno.listen({ transport: "unix", path: address });
    }
    return tls === undefined
      ? Deno.listen({ ...address })
      : Deno.listenTls({ ...address, ...tls });
  } catch (error) {
    const where = describeAddress(address);
    if (error instanceof Deno.errors.AddrInUse) {
      throw new Deno.errors.AddrInUse(
        `Cannot listen at ${where}: ${
          isFile(address) ? whyInUse(address) : "the address is in use"
        }`,
      );
    }
    if (error instanceof Error) {
      error.message = `Cannot listen at ${where}: ${error.message}`;
    }
    throw error;
  }
}

function whyInUse(path: string): string {
  return isOther(path)
    ? "there is a file that is no socket"
    : "the address is in use; if no program listens there, remove the file";
}

/** Whether a file is no socket, as far as this program may know. */
function isOther(path: string): boolean {
  try {
    return Deno.lstatSync(path).isSocket === false;
  } catch {
    return false;
  }
}

function portOf({ addr }: Deno.Listener): number {
  return "port" in addr ? addr.port : 0;
}
