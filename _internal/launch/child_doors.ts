/**
 * Loads what a child imports when it is told something. Never called: by it the runtime fetches
 * these modules together with the program, so that its children find them where nothing more is to
 * be fetched, as with `--cached-only`.
 */
export function loadDoors(): Promise<unknown>[] {
  return [
    import("../codec/mod.ts"),
    import("../handles/mod.ts"),
    import("../hub/client.ts"),
    import("../log.ts"),
  ];
}
