// After CPython's TestWait, as far as it is about sockets.

import { assert, assertEquals } from "@std/assert";
import {
  type Connection,
  EndOfStreamError,
  Listener,
  wait,
} from "../../pipe/mod.ts";
import { fromModule } from "../../process/mod.ts";
import {
  type Kind,
  leaveNothingBehind,
  LONG,
  start,
  testBoth,
} from "./backends.ts";

leaveNothingBehind();

type Targets = typeof import("../fixtures/conformance/socket_targets.ts");
const TARGETS = new URL(
  "../fixtures/conformance/socket_targets.ts",
  import.meta.url,
);

async function readAll(kind: Kind, pauses: boolean) {
  using listener = new Listener<string>({
    address: { hostname: "127.0.0.1", port: 0 },
  });
  const children = Array.from({ length: 4 }, (_, n) =>
    start(
      kind,
      fromModule<Targets["sendLines"]>(TARGETS, "sendLines"),
      listener.address,
      n,
      pauses,
    ));
  let readers: Connection<string>[] = [];
  const lines: string[] = [];
  for (let accepted = 0; readers.length > 0 || accepted < 4;) {
    const waiting = accepted < 4 ? [listener, ...readers] : readers;
    const ready = await wait<object>(waiting, LONG);
    assert(ready.length > 0);
    for (const each of ready) {
      if (each === listener) {
        readers.push(await listener.accept());
        accepted++;
        continue;
      }
      const reader = each as Connection<string>;
      try {
        lines.push(await reader.recv());
      } catch (error) {
        assert(error instanceof EndOfStreamError);
        readers = readers.filter((it) => it !== reader);
        reader.close();
      }
    }
  }
  const expected = [0, 1, 2, 3].flatMap((id) =>
    Array.from({ length: 10 }, (_, n) => `${id} ${n}`)
  );
  assertEquals(lines.toSorted(), expected);
  for (const child of children) assertEquals(await child.join(), 0);
}

testBoth(
  "wait() gives sockets that can be read, until all have ended",
  (kind) => readAll(kind, false),
);

testBoth(
  "wait() gives sockets of those who take their time, too",
  (kind) => readAll(kind, true),
);
