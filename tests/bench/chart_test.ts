import { assert, assertEquals } from "@std/assert";
import { drawBars, drawLines, type LineChart } from "../../bench/chart.ts";

interface Box {
  content: string;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Pixels that a letter takes: more than most do. */
const LETTER = 7;
const ABOVE = 10;
const BELOW = 3;

/** Where the texts of a picture stand, as far as that is known without a font. */
function boxesOf(svg: string): Box[] {
  const texts = svg.matchAll(/<text\b([^>]*)>([^<]*)<\/text>/g);
  return Array.from(texts, ([, attributes, escaped]) => {
    const read = (name: string) =>
      new RegExp(`\\b${name}="([^"]*)"`).exec(attributes!)?.[1];
    const content = escaped!.replaceAll(/&\w+;/g, "&");
    const width = content.length * LETTER;
    const shift = { start: 0, middle: width / 2, end: width };
    const anchor = (read("text-anchor") ?? "start") as keyof typeof shift;
    const left = Number(read("x")) - shift[anchor];
    const y = Number(read("y"));
    return {
      content,
      left,
      right: left + width,
      top: y - ABOVE,
      bottom: y + BELOW,
    };
  });
}

/** Says which texts of a picture cannot be read. */
function faultsOf(svg: string): string[] {
  const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg)!.map(Number);
  const boxes = boxesOf(svg);
  assert(boxes.length > 0);
  const outside = boxes.filter(({ left, right, top, bottom }) =>
    left < 0 || top < 0 || right > width! || bottom > height!
  ).map(({ content }) => `${content} is outside`);
  const covered = boxes.flatMap((one, n) =>
    boxes.slice(n + 1).filter((other) =>
      one.left < other.right && other.left < one.right &&
      one.top < other.bottom && other.top < one.bottom
    ).map((other) => `${one.content} is on ${other.content}`)
  );
  return [...outside, ...covered];
}

const NAMES = [
  "Pool",
  "ThreadPool",
  "CPython",
  "piscina",
  "tinypool",
  "workerpool",
  "poolifier",
];

function chartOf(valuesOf: (line: number) => number[]): LineChart {
  return {
    title: "Pool of two",
    by: "how long a task computes",
    unit: "tasks/s",
    labels: ["nothing", "10 µs", "100 µs", "1 ms", "10 ms", "100 ms"],
    lines: NAMES.map((name, n) => ({ name, values: valuesOf(n) })),
  };
}

const HARD: Readonly<Record<string, LineChart>> = {
  "at one value": chartOf(() => [1e6, 1e5, 1e4, 1e3, 200, 20]),
  "near one value": chartOf((n) => [1e6, 1e5, 1e4, 1e3, 200, 20 + n]),
  "at the bottom": chartOf(() => [1e6, 1e5, 1e4, 1e3, 100, 10]),
  "at zero": chartOf(() => [1e6, 1e5, 1e4, 1e3, 100, 0]),
  "at the top": chartOf(() => [10, 100, 1e3, 1e4, 1e5, 1e6]),
  "at the top and at the bottom": chartOf((
    n,
  ) => [1, 1, 1, 1, n % 2, 1e6 ** (n % 2)]),
  "where all is zero": chartOf(() => [0, 0, 0, 0, 0, 0]),
};

for (const [where, chart] of Object.entries(HARD)) {
  Deno.test(`drawLines() keeps seven names apart and inside that end ${where}`, () => {
    const svg = drawLines(chart);
    assertEquals(faultsOf(svg), []);
    const shown = boxesOf(svg).map(({ content }) => content);
    for (const name of NAMES) assert(shown.includes(name), name);
    assertEquals(svg.match(/NaN|Infinity/), null);
  });
}

Deno.test("drawLines() leaves room for a long name", () => {
  const chart = chartOf((n) => [1, 1, 1, 1, 1, n]);
  const lines = [...chart.lines, { name: "poolifier, processes", values: [1] }];
  assertEquals(faultsOf(drawLines({ ...chart, lines })), []);
});

Deno.test("drawBars() keeps its texts apart and inside", () => {
  const bars = ["a", "a much longer name than the first one has", "b & c"]
    .flatMap((name) => [0.01, 0.9, 1, 800].map((times) => ({ name, times })));
  const unit = "1× is as fast as the other";
  assertEquals(faultsOf(drawBars({ title: "All", unit, bars })), []);
});

const PICTURES = new URL("../../docs/bench/", import.meta.url);

for (const { name } of Deno.readDirSync(PICTURES)) {
  if (!name.endsWith(".svg")) continue;
  Deno.test(`the texts of docs/bench/${name} are apart and inside`, async () => {
    assertEquals(
      faultsOf(await Deno.readTextFile(new URL(name, PICTURES))),
      [],
    );
  });
}

/** How much lighter one colour is than another, as the rules for accessible pages count it. */
function contrast(one: string, other: string): number {
  const [light, dark] = [one, other].map((color) => {
    const [red, green, blue] = color.match(/\w\w/g)!.map((part) => {
      const value = parseInt(part, 16) / 255;
      return value <= 0.04045
        ? value / 12.92
        : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue! + 0.05;
  }).sort((a, b) => b - a);
  return light! / dark!;
}

Deno.test("drawLines() has colours that can be read on white and on black", () => {
  const svg = drawLines(HARD["at one value"]!);
  const [light, dark] = svg.split("@media") as [string, string];
  for (const [styles, ground] of [[light, "#ffffff"], [dark, "#0d1117"]]) {
    const colors = Array.from(
      styles!.matchAll(/\.line-\d \{ color: (#\w+)/g),
      ([, color]) => color!,
    );
    assertEquals(colors.length, NAMES.length);
    const faint = colors.filter((color) => contrast(color, ground!) < 4.5);
    assertEquals(faint, []);
  }
});
