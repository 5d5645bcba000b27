import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { FRAME, FrameError } from "../../../_internal/sockets/frame.ts";
import { FrameReader } from "../../../_internal/sockets/frame_reader.ts";
import { FrameWriter } from "../../../_internal/sockets/frame_writer.ts";
import { Random } from "../../fuzz.ts";

/** A socket that keeps what is written, in pieces, and gives it back, in others. */
class Loop {
  readonly #pieces: Uint8Array[] = [];
  readonly #piece: () => number;
  #next = 0;
  /** The most that was to be read at once. */
  widest = 0;

  constructor(piece: () => number) {
    this.#piece = piece;
  }

  write(bytes: Uint8Array): Promise<number> {
    const piece = bytes.slice(0, this.#piece());
    this.#pieces.push(piece);
    return Promise.resolve(piece.length);
  }

  read(target: Uint8Array): Promise<number | null> {
    this.widest = Math.max(this.widest, target.length);
    const piece = this.#pieces[this.#next];
    if (piece === undefined) return Promise.resolve(null);
    const count = Math.min(this.#piece(), target.length, piece.length);
    target.set(piece.subarray(0, count));
    if (count === piece.length) this.#next++;
    else this.#pieces[this.#next] = piece.subarray(count);
    return Promise.resolve(count);
  }
}

Deno.test("FrameReader reads what FrameWriter has written, whatever the pieces", async () => {
  const lengths = [
    0,
    1,
    250,
    251,
    252,
    65_531,
    65_536,
    131_067,
    131_072,
    400_000,
    3,
  ];
  for (const most of [1, 7, 300, 70_000, 1_000_000]) {
    const random = new Random(most);
    const loop = new Loop(() => most < 100 ? most : 1 + random.below(most));
    const writer = new FrameWriter(loop);
    const used = most === 1 ? lengths.slice(0, 5) : lengths;
    for (const [n, length] of used.entries()) {
      const bytes = new Uint8Array(length).fill(n + 1);
      if (n % 2 === 0 && writer.hasRoom(length)) writer.add(n % 2, bytes);
      else await writer.write(n % 2, bytes);
    }
    await writer.flush();
    await writer.flush();
    const reader = new FrameReader(loop, 400_000);
    for (const [n, length] of used.entries()) {
      let frame = reader.take();
      for (; frame === undefined; frame = reader.take()) {
        assert(await reader.fill());
      }
      assertEquals([frame.kind, frame.bytes.length], [n % 2, length]);
      assert(frame.bytes.every((byte) => byte === n + 1));
    }
    assertEquals([reader.take(), await reader.fill()], [undefined, false]);
  }
});

Deno.test("FrameReader takes memory for what has come, not for what is announced", async () => {
  const loop = new Loop(() => 100);
  // 1 GiB is to come.
  await loop.write(new Uint8Array([0, 0, 0, 0x40, FRAME.BYTES, 1, 2, 3]));
  const reader = new FrameReader(loop, 2 ** 30);
  await reader.fill();
  assertEquals(reader.take(), undefined);
  for (let n = 0; n < 2_000; n++) {
    await loop.write(new Uint8Array(100));
    await reader.fill();
    assertEquals(reader.take(), undefined);
  }
  assert(loop.widest <= 4 * 200_000, `${loop.widest} bytes were set aside`);
});

Deno.test("FrameReader refuses what is too long, or of no kind, by its first bytes", async () => {
  const frames = [
    [1, 1, 0, 0, FRAME.BYTES],
    [255, 255, 255, 255, FRAME.VALUE],
    [0, 0, 0, 0, 2],
    [0, 0, 0, 0, 255],
  ];
  for (const frame of frames) {
    const loop = new Loop(() => 9);
    await loop.write(new Uint8Array(frame));
    const reader = new FrameReader(loop, 256);
    await reader.fill();
    assertThrows(() => reader.take(), FrameError, "a frame ");
  }
});

Deno.test("FrameReader.exactly() tells what has come so far, and if it is too little", async () => {
  const loop = new Loop(() => 2);
  await loop.write(new Uint8Array([1, 2]));
  await loop.write(new Uint8Array([3, 4]));
  await loop.write(new Uint8Array([5]));
  const seen: number[] = [];
  const reader = new FrameReader(loop, 9);
  const note = (bytes: Uint8Array) => void seen.push(bytes.length);
  assertEquals(await reader.exactly(3, note), new Uint8Array([1, 2, 3]));
  assertEquals(await reader.exactly(1), new Uint8Array([4]));
  assertEquals(seen, [2, 4]);
  assertEquals(await reader.exactly(2), undefined);
  const refusing = new FrameReader(new Loop(() => 1), 9);
  assertEquals(await refusing.exactly(1), undefined);
  await loop.write(new Uint8Array([9]));
  await assertRejects(
    () =>
      reader.exactly(5, () => {
        throw new Error("no");
      }),
    Error,
    "no",
  );
});
