import type { Address } from "./address.ts";

/** How the names of our folders begin. */
const PREFIX = "multiprocessing-socket-";

/** An address that nobody else has. */
export interface PrivateAddress {
  readonly address: Address;
  /** Removes what it has in the file system, as far as that can be done. */
  remove?(): void;
}

/**
 * Makes an address for a listener that is not given one. On Linux it is a name
 * without a file, so that nothing can be left of it; elsewhere a socket in a folder
 * that only this user may enter; on Windows a port that only this machine reaches.
 */
export function privateAddress(os = Deno.build.os): PrivateAddress {
  switch (os) {
    case "linux":
    case "android":
      return { address: `\0multiprocessing-${crypto.randomUUID()}` };
    case "windows":
      return { address: { hostname: "127.0.0.1", port: 0 } };
    default:
      return folderAddress();
  }
}

/**
 * Whether this program may have an address of its own that is no port: it takes
 * permission for all of the network, and where it is a file, for all files.
 */
export function mayListenPrivately(os = Deno.build.os): boolean {
  const kinds = os === "linux" || os === "android"
    ? ["net"] as const
    : ["net", "read", "write"] as const;
  return os !== "windows" &&
    kinds.every((name) =>
      Deno.permissions.querySync({ name }).state === "granted"
    );
}

/** Makes a folder for a socket, and removes those of programs that were killed. */
export function folderAddress(): PrivateAddress {
  const folder = Deno.makeTempDirSync({ prefix: PREFIX });
  sweepFolders(folder).catch(() => {});
  return {
    address: `${folder}/socket`,
    remove() {
      try {
        Deno.removeSync(folder, { recursive: true });
      } catch {
        // It has gone already; or else it is swept up later, as what a program leaves.
      }
    },
  };
}

/** Removes the folders beside `own` in which nobody listens any more. */
export async function sweepFolders(own: string): Promise<void> {
  const parent = own.slice(0, own.lastIndexOf("/"));
  for await (const { name, isDirectory } of Deno.readDir(parent)) {
    const folder = `${parent}/${name}`;
    if (!isDirectory || !name.startsWith(PREFIX) || folder === own) continue;
    try {
      await connectsTo(`${folder}/socket`) ||
        await Deno.remove(folder, { recursive: true });
    } catch {
      // Another user's, or removed by another program just now.
    }
  }
}

/** Whether somebody listens there, or is about to. */
async function connectsTo(path: string): Promise<boolean> {
  try {
    const conn = await Deno.connect({ transport: "unix", path });
    conn.close();
    return true;
  } catch (error) {
    return !(error instanceof Deno.errors.ConnectionRefused);
  }
}
