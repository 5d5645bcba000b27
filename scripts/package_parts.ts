/**
 * The parts of the library in the package: what is loaded together, and where what each module
 * exports stands once the bundler has made files of them.
 *
 * @module
 */

/**
 * The parts of the library, and which others each loads though it may not need all of them. Else the
 * code would fall into many pieces by who needs what, and each costs who loads it a tenth of a
 * millisecond.
 */
export const PARTS: Readonly<Record<string, readonly string[]>> = {
  base: [],
  process: ["base"],
  hub: ["process"],
  queue: ["base"],
  sync: ["base"],
  worker: ["base"],
  pool: ["process", "queue", "sync"],
  manager: ["pool"],
  server: ["manager"],
};

/** Of a file that the bundler has made: what it imports, and what it exports. */
const IMPORTED = /\bimport\{([^}]*)\}from"\.\/([^"]+)"/g;
const EXPORTED = /\bexport\{([^}]*)\};?\s*$/;

/** The part of the library that a module is in. */
export function partOf(path: string): string {
  const [folder] = path.split("/");
  switch (folder) {
    case "_internal":
      return path === "_internal/hub/client.ts" ? "hub" : "base";
    case "process":
    case "queue":
      return folder;
    case "pipe":
    case "sync":
      return "sync";
    case "pool":
      return path === "pool/_worker_entry.ts" ? "worker" : "pool";
    case "manager":
      return path === "manager/_server_entry.ts" ||
          path === "manager/_remote_server.ts"
        ? "server"
        : "manager";
    case "mod.ts":
      return "manager";
    default:
      throw new Error(`Cannot build ${path}: it is in no part of the library`);
  }
}

/** Where something stands: a file, and its name there. */
export type Place = readonly [file: string, name: string];

/**
 * Finds where what the parts of the library export stands. Files that only hand it on are taken
 * away, as nobody loads them.
 */
export function takePlaces(files: Map<string, string>): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const file of Object.keys(PARTS).map((part) => `library_${part}.js`)) {
    const text = files.get(file)!;
    const imported = new Map<string, Place>();
    for (const [, names, from] of text.matchAll(IMPORTED)) {
      for (const [name, own] of namesIn(names)) imported.set(own, [from, name]);
    }
    const exported = namesIn(EXPORTED.exec(text)![1]);
    for (const [own, name] of exported) {
      places.set(name, imported.get(own) ?? [file, name]);
    }
    if (exported.every(([own]) => imported.has(own))) files.delete(file);
  }
  return places;
}

/** Takes `a as b,c` apart. */
function namesIn(list: string): (readonly [name: string, as: string])[] {
  return list.split(",").map((item) => {
    const [name, as = name] = item.split(" as ");
    return [name, as];
  });
}
