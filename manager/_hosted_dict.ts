import { dataType } from "./_hosted.ts";
import { iterationOf } from "./_hosted_iteration.ts";
import { KeyedMap } from "./_keyed_map.ts";
import { modify } from "./_modify.ts";

/** Maps for others. */
export const DICT = dataType<KeyedMap>(
  "DictProxy",
  ({ args: [entries] }) => {
    const map = new KeyedMap();
    setAll(map, entries ?? []);
    return map;
  },
  {
    size: (map) => map.size,
    get: (map, [key]) => map.get(key),
    set: (map, [key, value]) => map.set(key, value),
    has: (map, [key]) => map.has(key),
    delete: (map, [key]) => map.delete(key),
    clear: (map) => map.clear(),
    keys: (map) => map.keys(),
    values: (map) => map.values(),
    entries: (map) => map.entries(),
    toMap: (map) => new Map(map.entries()),
    pop(map, [key], call) {
      call.onSent(() => map.delete(key));
      return map.get(key);
    },
    setDefault(map, [key, value]) {
      if (!map.has(key)) map.set(key, value);
      return map.get(key);
    },
    update: (map, [entries]) => setAll(map, entries),
    modify: (map, [key, ...told], call) =>
      modify(call, told, () => ({
        value: map.get(key),
        store: (value) => map.set(key, value),
      })),
    ...iterationOf((map: KeyedMap) => map.entries()),
  },
);

function setAll(map: KeyedMap, entries: unknown): void {
  if (!Array.isArray(entries) || !entries.every(isEntry)) {
    throw new TypeError(
      "Cannot set entries: they are not pairs of a key and a value",
    );
  }
  for (const [key, value] of entries) map.set(key, value);
}

function isEntry(entry: unknown): entry is [unknown, unknown] {
  return Array.isArray(entry) && entry.length === 2;
}
