// Every public name of CPython's `multiprocessing`, and what the pools of Node are called with,
// stands in a table of `docs/coming-from.md`. The names are in fixtures: those of CPython 3.13 were
// written there by the program beside them, those of the pools are out of their typings. What 3.14
// has more is here.

import { assert, assertEquals } from "@std/assert";
import { ROOT } from "../scripts/std_source.ts";
import { membersOf, readDocumented } from "./documented.ts";
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
  "SetProxy": "Managers",
  "ValueProxy": "Managers",
};

/**
 * What CPython 3.14 has more than 3.13, collected by hand from "What's New In Python 3.14"
 * (https://docs.python.org/3.14/whatsnew/3.14.html#multiprocessing), from what the reference of
 * `multiprocessing` says was added in 3.14, and from the classes that have it:
 * `SemLock.locked()` of `synchronize.py`, and the proxies of `managers.py`. A fork server by default
 * on Linux, and one that asks who connects, have no names.
 */
const SINCE_3_14: Record<string, string[]> = {
  "Process": ["interrupt"],
  "Lock": ["locked"],
  "RLock": ["locked"],
  "Semaphore": ["locked"],
  "BoundedSemaphore": ["locked"],
  "SyncManager": ["set"],
  "DictProxy": ["fromkeys"],
  "ListProxy": ["clear", "copy"],
  "SetProxy": [
    ...["add", "clear", "copy", "difference", "difference_update", "discard"],
    ...["intersection", "intersection_update", "isdisjoint", "issubset"],
    ...["issuperset", "pop", "remove", "symmetric_difference"],
    ...["symmetric_difference_update", "union", "update"],
  ],
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

/** The names of CPython 3.14, by the module or class that has them. */
function cpythonNames(): Map<string, string[]> {
  const names = new Map<string, string[]>(Object.entries(cpython.names));
  for (const [thing, more] of Object.entries(SINCE_3_14)) {
    names.set(thing, [...names.get(thing) ?? [], ...more]);
  }
  return names;
}

function missing(names: readonly string[], heading: string): string[] {
  const words = wordsOf(heading);
  return names.filter((it) => !words.has(it));
}

for (const [thing, names] of cpythonNames()) {
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
  // As long as this is 3.13, what is new since then is added to it.
  assertEquals(cpython.version, "3.13.0");
  const versions = DOCUMENT.matchAll(/\bPython 3\.\d+/g);
  assertEquals(Array.from(versions, ([it]) => it), ["Python 3.14"]);
});

/** Names that are there without the library. */
const BUILT_IN = new Set([
  ...[
    globalThis,
    Deno,
    Symbol,
    Array.prototype,
    Set.prototype,
    DOMException.prototype,
  ]
    .flatMap((it) => Object.getOwnPropertyNames(it)),
  // Of modules, of the language, and of its types.
  ...["meta", "url", "main", "if", "import", "await", "false"],
  ...["AbortError", "TimeoutError", "AsyncIterableIterator"],
  // Of Python, of the environment, and of who has a class of one's own.
  ...["Full", "Empty", "MULTIPROCESSING_LOG", "Counter"],
]);
const STRING = /"[^"]*"|(?<=^Error: ).*/g;
/** Members, classes, what is called, options, and a word alone. */
const NAMES = [
  /\.([a-z]\w*)/gi,
  /(?<![.\w])([A-Z]\w*)/g,
  /(?<!\.)\b([a-z]\w*)\(/g,
  /[{,] *(\w+)(?=(?:, \w+)* *[}:]|: )/g,
  /^([a-z]\w+)$/gi,
];

/** The names in code that have to be those of something; variables may be called anything. */
function namesIn(code: string): string[] {
  const text = code.replaceAll(STRING, '""');
  return NAMES.flatMap((it) =>
    Array.from(text.matchAll(it), ([, name]) => name)
  );
}

/** The last cells of all tables, which say what a thing is called here. */
function counterparts(): string[] {
  return DOCUMENT.split("\n").filter((line) => /^\| (?!-)/.test(line))
    .map((line) => line.split("|").at(-2)!.trim())
    .filter((cell) => cell !== "here" && !cell.startsWith("none"));
}

Deno.test("docs/coming-from.md names counterparts that are there", async () => {
  const symbols = (await readDocumented()).get("mod.ts")!;
  const known = new Set([
    ...symbols.map(({ name }) => name),
    ...membersOf(symbols),
    ...BUILT_IN,
  ]);
  const unknown = counterparts().flatMap((cell) =>
    Array.from(
      cell.matchAll(/`([^`]+)`/g),
      ([, code]) =>
        namesIn(code).filter((name) => !known.has(name)).map((name) =>
          `${name} in ${code}`
        ),
    ).flat()
  );
  assertEquals(unknown, []);
});

Deno.test("names in code are those of members, classes, calls and options", () => {
  assertEquals(
    namesIn(
      'await q.get(a, { timeout: 1_000, signal }) ?? new Pipe("no.name")',
    ),
    ["get", "Pipe", "timeout", "signal"],
  );
  assertEquals(namesIn("{ callback, errorCallback }"), [
    "callback",
    "errorCallback",
  ]);
  assertEquals(namesIn("fromModule(url, name)"), ["fromModule"]);
  assertEquals(namesIn("minProcesses"), ["minProcesses"]);
});
