import { checkWhole, refuseOptions } from "../check.ts";

/**
 * Where a listener is: the path of a Unix socket, or a host and a port.
 *
 * On Linux a path that begins with `\0` is a name without a file, an abstract
 * socket.
 */
export type Address = string | {
  /** Name or IP address of the host. */
  readonly hostname: string;
  /** Number of the port, 1 to 65535. */
  readonly port: number;
};

/**
 * Checks an address that a caller gave.
 *
 * @param doing what to say was attempted
 * @param lowestPort 0 if any free port will do, else 1
 * @throws {TypeError} if it is none
 * @throws {RangeError} if it has no possible port
 */
export function checkAddress(
  address: unknown,
  doing: string,
  lowestPort: 0 | 1,
): Address {
  if (typeof address === "string") {
    if (address !== "") return address;
    throw new TypeError(`Cannot ${doing}: the address is empty`);
  }
  const { hostname, port } = (address ?? {}) as Record<string, unknown>;
  if (typeof hostname !== "string" || port === undefined) {
    throw new TypeError(
      `Cannot ${doing}: the address is neither a path nor { hostname, port }`,
    );
  }
  return {
    hostname,
    port: checkWhole(port, "port", doing, lowestPort, 65_535),
  };
}

/** An address with its path as it will be when the program has moved elsewhere. */
export function absoluteAddress(address: Address): Address {
  if (typeof address !== "string" || /^[\0/]/.test(address)) return address;
  // By hand: `node:path` would cost every program as much to load as all that is here.
  const steps = `${Deno.cwd()}/${address}`.split("/");
  return `/${steps.filter((step) => step !== "" && step !== ".").join("/")}`;
}

/** Whether an address is a path, at which there is a file. */
export function isFile(address: Address | undefined): address is string {
  return typeof address === "string" && !address.startsWith("\0");
}

/**
 * Checks that options are not an address, which is an object, too.
 *
 * @throws {TypeError} if they are one
 */
export function checkNoAddress(options: object, doing: string): void {
  if (!("hostname" in options || "port" in options)) return;
  refuseOptions("an address", doing, "address: { hostname, port }");
}

/** An address as messages name it. */
export function describeAddress(address: Address): string {
  if (typeof address === "string") return address.replace(/^\0/, "\\0");
  const { hostname, port } = address;
  return hostname.includes(":")
    ? `[${hostname}]:${port}`
    : `${hostname}:${port}`;
}

/** What the runtime tells of the other side: nothing of a Unix socket without a name. */
export function remoteAddress({ remoteAddr }: Deno.Conn): Address | undefined {
  if ("hostname" in remoteAddr) {
    return { hostname: remoteAddr.hostname, port: remoteAddr.port };
  }
  return ("path" in remoteAddr && remoteAddr.path) || undefined;
}
