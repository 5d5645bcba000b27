/** What carries shared objects from one process to another. */
export type Backend = "shared" | "hub";

const VARIABLE = "MULTIPROCESSING_BACKEND";

let forced: Backend | undefined | null = null;

/**
 * The backend that the environment asks for.
 *
 * @throws {TypeError} if it asks for one that there is not
 */
export function forcedBackend(): Backend | undefined {
  if (forced === null) forced = readVariable();
  return forced;
}

/** Whether processes may map memory that they share. */
export function maySharePages(): boolean {
  return forcedBackend() !== "hub";
}

function readVariable(): Backend | undefined {
  const { state } = Deno.permissions.querySync({
    name: "env",
    variable: VARIABLE,
  });
  const value = state === "granted" ? Deno.env.get(VARIABLE) : undefined;
  if (value === undefined || value === "") return undefined;
  if (value === "shared" || value === "hub") return value;
  throw new TypeError(
    `Cannot choose backend: ${VARIABLE} is ${value}, neither shared nor hub`,
  );
}
