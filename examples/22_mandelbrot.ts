// A pool of processes paints the Mandelbrot set into memory that they share, and the main program
// writes it to a file as a picture. Processes share memory on Linux and with --allow-ffi; threads
// always do, so elsewhere they paint it.
//
// Every worker is given the array once, by its initializer; a task is a number, that of a row.
// You see a progress bar and the name of the file. Open it.
//
//     deno task examples 22 -- mandelbrot.png 3000     # where to, how many pixels wide
//
// Default: 1200 pixels, into a new folder for temporary files.
//
// Permissions: --allow-run --allow-ffi, and --allow-write for the file.

import {
  backend,
  cpuCount,
  Pool,
  SharedArray,
  ThreadPool,
} from "@parallel/multiprocessing";

const MOST_STEPS = 1000;
/** What the picture shows: from the upper left corner, so much to the right. */
const VIEW = { left: -2.2, top: 1.2, width: 3.2 };
/** Three bytes to a pixel: red, green, blue. */
const CHANNELS = 3;

let picture: SharedArray<"u8">;
let width: number;

/** Each worker begins with this. */
export function setUp(shared: SharedArray<"u8">, pixels: number) {
  picture = shared;
  width = pixels;
}

/** Paints one row of the picture. */
export function paintRow(row: number) {
  const pixels = picture.array;
  const scale = VIEW.width / width;
  for (let column = 0; column < width; column++) {
    const steps = countSteps(
      VIEW.left + column * scale,
      VIEW.top - row * scale,
    );
    pixels.set(colorOf(steps), (row * width + column) * CHANNELS);
  }
}

/** After how many steps a point escapes, smoothed between two whole numbers. */
function countSteps(x: number, y: number): number {
  let re = 0;
  let im = 0;
  for (let step = 0; step < MOST_STEPS; step++) {
    const re2 = re * re;
    const im2 = im * im;
    if (re2 + im2 > 256) return step + 1 - Math.log2(Math.log2(re2 + im2) / 2);
    im = 2 * re * im + y;
    re = re2 - im2 + x;
  }
  return MOST_STEPS;
}

/** From dark blue over white to orange and back; what never escapes is black. */
function colorOf(steps: number): [number, number, number] {
  if (steps === MOST_STEPS) return [0, 0, 0];
  const at = Math.sqrt(Math.max(steps, 0)) * 0.9 + 3;
  const wave = (shift: number) => 127.5 + 127.5 * Math.cos(at + shift);
  return [wave(0), wave(0.6), wave(1.2)];
}

/** The bytes of a PNG file. */
async function encodePng(
  pixels: Uint8Array,
  width: number,
  height: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const header = new Uint8Array(13);
  const numbers = new DataView(header.buffer);
  numbers.setUint32(0, width);
  numbers.setUint32(4, height);
  header.set([8, 2], 8); // Bits to a channel, and that the channels are red, green, blue.

  // Before each row stands how it is filtered: not at all.
  const rowBytes = width * CHANNELS;
  const rows = new Uint8Array(height * (1 + rowBytes));
  for (let row = 0; row < height; row++) {
    const begin = row * rowBytes;
    const bytes = pixels.subarray(begin, begin + rowBytes);
    rows.set(bytes, row * (1 + rowBytes) + 1);
  }
  const deflated = new Blob([rows]).stream()
    .pipeThrough(new CompressionStream("deflate"));
  const file = new Blob([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk("IHDR", header),
    chunk("IDAT", await new Response(deflated).bytes()),
    chunk("IEND", new Uint8Array()),
  ]);
  return await file.bytes();
}

/** A part of a PNG file: its length, its name, what is in it, and a checksum. */
function chunk(name: string, content: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(12 + content.length);
  const numbers = new DataView(bytes.buffer);
  numbers.setUint32(0, content.length);
  bytes.set(new TextEncoder().encode(name), 4);
  bytes.set(content, 8);
  numbers.setUint32(8 + content.length, crc32(bytes.subarray(4, -4)));
  return bytes;
}

function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) {
      crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    }
  }
  return ~crc >>> 0;
}

if (import.meta.main) {
  const path = Deno.args[0] ?? `${Deno.makeTempDirSync()}/mandelbrot.png`;
  const width = Number(Deno.args[1] ?? 1200);
  const height = Math.round(width * 3 / 4);
  using shared = new SharedArray("u8", width * height * CHANNELS);

  const begin = performance.now();
  const Workers = backend() === "shared" ? Pool : ThreadPool;
  await using pool = new Workers(cpuCount(), {
    initializer: setUp,
    initArgs: [shared, width],
  });
  const rows = Array.from({ length: height }, (_, row) => row);
  await pool.map(paintRow, rows, { chunkSize: 8, progress: true });
  const seconds = (performance.now() - begin) / 1000;

  await Deno.writeFile(path, await encodePng(shared.array, width, height));
  console.log(
    `${width} × ${height} pixels in ${seconds.toFixed(2)} s: ${path}`,
  );
}
