import { assertEquals } from "@std/assert";
import { packBatch, unpackBatch } from "../../../_internal/handles/batch.ts";

Deno.test("unpackBatch() gives the messages of packBatch(), also those with nothing in them", () => {
  const messages = [
    Uint8Array.of(1, 2, 3),
    new Uint8Array(),
    new Uint8Array(70_000).fill(7),
  ];
  assertEquals([...unpackBatch(packBatch(messages))], messages);
  assertEquals([...unpackBatch(packBatch([]))], []);
});
