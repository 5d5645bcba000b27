import { assertEquals } from "@std/assert";
import { crc32 } from "node:zlib";

/** A picture of red, green and blue bytes. */
export interface Picture {
  width: number;
  height: number;
  pixels: Uint8Array;
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Reads a PNG file of unfiltered rows, and checks all that a reader may check. */
export async function decodePng(file: Uint8Array): Promise<Picture> {
  assertEquals([...file.subarray(0, 8)], SIGNATURE);
  const numbers = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const chunks: [string, Uint8Array<ArrayBuffer>][] = [];
  for (let at = 8; at < file.length;) {
    const length = numbers.getUint32(at);
    const named = file.slice(at + 4, at + 8 + length);
    assertEquals(numbers.getUint32(at + 8 + length), crc32(named));
    chunks.push([new TextDecoder().decode(named.slice(0, 4)), named.slice(4)]);
    at += 12 + length;
  }
  assertEquals(chunks.map(([name]) => name), ["IHDR", "IDAT", "IEND"]);
  const [[, header], [, data]] = chunks;
  const view = new DataView(header.buffer);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  assertEquals([...header.subarray(8)], [8, 2, 0, 0, 0]);
  const inflated = new Blob([data]).stream()
    .pipeThrough(new DecompressionStream("deflate"));
  const rows = new Uint8Array(await new Response(inflated).arrayBuffer());
  const rowBytes = width * 3;
  assertEquals(rows.length, height * (1 + rowBytes));
  const pixels = new Uint8Array(height * rowBytes);
  for (let row = 0; row < height; row++) {
    const begin = row * (1 + rowBytes);
    assertEquals(rows[begin], 0);
    pixels.set(rows.subarray(begin + 1, begin + 1 + rowBytes), row * rowBytes);
  }
  return { width, height, pixels };
}
