import { assert, assertEquals, assertFalse } from "@std/assert";
import {
  type BootRecord,
  isWholeBoot,
  readBoot,
  writeBoot,
} from "../../../_internal/launch/boot_record.ts";

function part(...bytes: number[]) {
  return {
    byteLength: bytes.length,
    writeTo: (target: Uint8Array) => target.set(bytes),
  };
}

const RECORD = { kind: "process", name: "é" } as BootRecord;

Deno.test("readBoot() takes apart what writeBoot() has joined", () => {
  const boot = writeBoot({
    record: RECORD,
    args: part(1, 2, 3),
    fields: part(4),
  });
  const { record, args, fields } = readBoot(boot);
  assertEquals(record, RECORD);
  assertEquals([[...args], [...fields]], [[1, 2, 3], [4]]);
});

Deno.test("isWholeBoot() tells a boot from any beginning of it", () => {
  const boot = writeBoot({ record: RECORD, args: part(1, 2), fields: part(3) });
  assert(isWholeBoot(boot));
  for (let length = 0; length < boot.length; length++) {
    assertFalse(isWholeBoot(boot.subarray(0, length)));
  }
});
