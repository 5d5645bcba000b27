// Every public name of CPython's `multiprocessing`, and what the pools of Node are called with,
// stands in a table of `docs/coming-from.md`. The names are in fixtures: those of CPython were
// written there by the program beside them, those of the pools are out of their typings.

import { assert, assertEquals } from "@std/assert";
import { ROOT } from "../scripts/std_source.ts";
import cpython from "./fixtures/docs/cpython_names.json" with { type: "json" };
import peers from "./fixtures/docs/peer_names.json" with { type: "json" };

/** The section in which the names of a module or a class have their rows. */
const SECTIONS: Record<string, string> = {
  "multiprocessing": "The module",
  "Process": "Processes",
  "multiprocessing.pool": "Pools",
  "Pool": "Pools",
  "AsyncResult": "Pools",
  "IMapIterator": "Pools",
  "Queue": "Queues",
  "SimpleQueue": "Queues",
  "JoinableQueue": "Queues",
  "Lock": "Locks and their kin",
  "RLock": "Locks and their kin",
  "Semaphore": "Locks and their kin",
  "BoundedSemaphore": "Locks and their kin",
  "Condition": "Locks and their kin",
  "Event": "Locks and their kin",
  "Barrier": "Locks and their kin",
  "multiprocessing.connection": "Connections",
  "Connection": "Connections",
  "Listener": "Connections",
  "multiprocessing.sharedctypes": "Shared numbers",
  "Value": "Shared numbers",
  "Array": "Shared numbers",
  "multiprocessing.shared_memory": "Shared memory",
  "SharedMemory": "Shared memory",
  "ShareableList": "Shared memory",
  "multiprocessing.managers": "Managers",
  "BaseManager": "Managers",
  "SyncManager": "Managers",
  "SharedMemoryManager": "Managers",
  "DictProxy": "Managers",
  "ListProxy": "Managers",
  "ValueProxy": "Managers",
};

const DOCUMENT = Deno.readTextFileSync(new URL("docs/coming-from.md", ROOT));

/** The words in code of the first cells of a section's tables. */
function wordsOf(heading: string): Set<string> {
  const start = DOCUMENT.search(new RegExp(`^##+ ${heading}$`, "m"));
  assert(start >= 0, `there is no section ${heading}`);
  const rest = DOCUMENT.slice(start + 4);
  const end = rest.search(/^##/m);
  const words = new Set<string>();
  for (const line of rest.slice(0, end < 0 ? undefined : end).split("\n")) {
    if (!line.startsWith("| ")) continue;
    const [, theirs, ours] = line.split("|").map((it) => it.trim());
    assert(ours !== undefined && ours !== "", `${line} says nothing`);
    for (const [code] of theirs!.matchAll(/`[^`]+`/g)) {
      for (const [word] of code.matchAll(/\w+/g)) words.add(word);
    }
  }
  return words;
}

function missing(names: readonly string[], heading: string): string[] {
  const words = wordsOf(heading);
  return names.filter((it) => !words.has(it));
}

for (const [thing, names] of Object.entries(cpython.names)) {
  Deno.test(`docs/coming-from.md has every name of CPython's ${thing}`, () => {
    assert(thing in SECTIONS, `${thing} has no section`);
    assertEquals(missing(names, SECTIONS[thing]!), []);
  });
}

for (const [peer, names] of Object.entries(peers)) {
  Deno.test(`docs/coming-from.md has the calls of ${peer}`, () => {
    assertEquals(missing(names, peer), []);
  });
}

Deno.test("docs/coming-from.md takes the names of one version of CPython", () => {
  assertEquals(cpython.version, "3.13.0");
  assert(DOCUMENT.includes("Python 3.13"));
});
