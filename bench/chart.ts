/** A line of a chart. */
export interface Line {
  name: string;
  /** A value for each place on the axis below, or nothing. */
  values: readonly (number | undefined)[];
}

/** A chart of lines over places of equal distance, upwards by powers of ten. */
export interface LineChart {
  title: string;
  /** What the axis below is. */
  by: string;
  unit: string;
  labels: readonly string[];
  lines: readonly Line[];
}

/** A chart of bars, by how many times something is as fast as something else. */
export interface BarChart {
  title: string;
  /** What the end of a bar of length one means. */
  unit: string;
  bars: readonly { readonly name: string; readonly times: number }[];
}

const WIDTH = 760;
const FONT = 13;
/** Most pixels that a letter takes, on average. */
const LETTER = 7;
/** Pixels from one name of a line to the next. */
const NAMES_APART = FONT + 2;
/** For lines and their names, on white and on black: also small letters are to be read. */
const COLORS = [
  ["#0b7285", "#3bc9db"],
  ["#437a00", "#94d82d"],
  ["#b83a00", "#ff922b"],
  ["#6741d9", "#b197fc"],
  ["#c2255c", "#f783ac"],
  ["#5c636a", "#adb5bd"],
  ["#7d5700", "#fcc419"],
];

/**
 * Draws a chart of lines as SVG, in the colours that the reader's system wants. What is zero stands
 * at the bottom.
 */
export function drawLines(
  { title, by, unit, labels, lines }: LineChart,
): string {
  const longest = Math.max(...lines.map(({ name }) => name.length));
  const [left, right, top, bottom] = [84, 30 + longest * LETTER, 46, 52];
  const height = 360;
  const powers = lines.flatMap(({ values }) =>
    values.filter((value) => value !== undefined && value > 0)
      .map((value) => Math.log10(value!))
  );
  if (powers.length === 0) powers.push(0);
  const low = Math.floor(Math.min(...powers));
  const high = Math.max(low + 1, Math.ceil(Math.max(...powers)));
  const x = (place: number) =>
    left +
    (WIDTH - left - right) *
      (labels.length === 1 ? 0.5 : place / (labels.length - 1));
  const y = (value: number) => {
    const power = value > 0 ? Math.log10(value) : low;
    return top + (height - top - bottom) * (high - power) / (high - low);
  };
  const parts: string[] = [];
  for (let power = low; power <= high; power++) {
    const at = y(10 ** power);
    parts.push(
      `<line class="grid" x1="${left}" x2="${
        WIDTH - right
      }" y1="${at}" y2="${at}"/>`,
      text(left - 8, at + 4, short(10 ** power), "end"),
    );
  }
  labels.forEach((label, place) => {
    parts.push(text(x(place), height - bottom + 18, label, "middle"));
  });
  parts.push(text(left, height - 12, by, "start"));
  const names = lines.map(({ values }) =>
    y(values.findLast((value) => value !== undefined) ?? 0) + 4
  );
  const places = spread(names, top, height - bottom);
  const drawn = lines.map(({ values }, n) => {
    const points = values.flatMap((value, place) =>
      value === undefined ? [] : [`${round(x(place))},${round(y(value))}`]
    );
    const color = colorOf(n);
    return [
      `<polyline class="${color}" fill="none" stroke="currentColor" stroke-width="${
        n === 0 ? 3 : 1.8
      }" points="${points.join(" ")}"/>`,
      ...points.map((point) => {
        const [cx, cy] = point.split(",");
        return `<circle class="${color}" cx="${cx}" cy="${cy}" r="3" fill="currentColor"/>`;
      }),
    ];
  });
  // The first ones, which are ours, above the others.
  parts.push(...drawn.toReversed().flat());
  lines.forEach(({ name }, n) => {
    parts.push(
      `<text class="name ${colorOf(n)}" x="${WIDTH - right + 10}" y="${
        round(places[n]!)
      }">${escaped(name)}</text>`,
    );
  });
  return document(`${title}, ${unit}`, WIDTH, height, parts);
}

/**
 * Moves names that would stand on each other, and no further than the chart goes: first down, and
 * then those up again that were moved too far.
 */
function spread(
  wanted: readonly number[],
  top: number,
  bottom: number,
): number[] {
  const places = [...wanted];
  const order = wanted.map((_, n) => n)
    .sort((a, b) => wanted[a]! - wanted[b]!);
  let least = top;
  for (const n of order) {
    places[n] = Math.max(places[n]!, least);
    least = places[n] + NAMES_APART;
  }
  let most = bottom;
  for (const n of order.toReversed()) {
    places[n] = Math.min(places[n]!, most);
    most = places[n] - NAMES_APART;
  }
  return places;
}

/** Draws a chart of bars as SVG. */
export function drawBars({ title, unit, bars }: BarChart): string {
  const longest = Math.max(...bars.map(({ name }) => name.length));
  const left = 30 + longest * LETTER;
  const width = left + 460;
  const [right, top, row] = [70, 46, 24];
  const height = top + bars.length * row + 36;
  const high = Math.max(1, ...bars.map(({ times }) => Math.log10(times)));
  const low = Math.min(-0.5, ...bars.map(({ times }) => Math.log10(times)));
  const x = (times: number) =>
    left + (width - left - right) * (Math.log10(times) - low) / (high - low);
  const parts: string[] = [];
  bars.forEach(({ name, times }, n) => {
    const at = top + n * row;
    const [from, to] = [Math.min(x(1), x(times)), Math.max(x(1), x(times))];
    parts.push(
      text(left - 10, at + 15, name, "end"),
      `<rect x="${round(from)}" y="${at + 3}" width="${
        round(Math.max(1, to - from))
      }" height="${row - 8}" rx="2" class="${
        colorOf(times >= 1 ? 0 : 2)
      }" fill="currentColor"/>`,
      text(to + 6, at + 15, `${short(times)}×`, "start"),
    );
  });
  const end = top + bars.length * row + 4;
  parts.push(
    `<line class="axis" x1="${round(x(1))}" x2="${
      round(x(1))
    }" y1="${top}" y2="${end}"/>`,
    text(x(1), end + 18, unit, "middle"),
  );
  return document(title, width, height, parts);
}

function document(
  title: string,
  width: number,
  height: number,
  parts: readonly string[],
): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${escaped(title)}</title>
<style>
  text { font: ${FONT}px system-ui, sans-serif; fill: #24292f; }
  .title { font-weight: 600; font-size: 15px; }
  .grid { stroke: #d0d7de; }
  .axis { stroke: #57606a; }
  .back { fill: #ffffff; }
  .name { fill: currentColor; }
${listColors(0)}
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .grid { stroke: #30363d; }
    .axis { stroke: #8b949e; }
    .back { fill: #0d1117; }
${listColors(1)}
  }
</style>
<rect class="back" width="${width}" height="${height}" rx="6"/>
<text class="title" x="20" y="28">${escaped(title)}</text>
${parts.join("\n")}
</svg>
`;
}

function colorOf(line: number): string {
  return `line-${line % COLORS.length}`;
}

/** The colours of lines as styles, on white or on black. */
function listColors(ground: 0 | 1): string {
  return COLORS.map((pair, line) =>
    `  .${colorOf(line)} { color: ${pair[ground]}; }`
  )
    .join("\n");
}

function text(
  x: number,
  y: number,
  content: string,
  anchor: "start" | "middle" | "end",
): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${
    escaped(content)
  }</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** A few characters: 0.25, 12, 340, 5.6k, 1.2M. */
function short(value: number): string {
  const format = (number: number) =>
    number.toLocaleString("en", { maximumSignificantDigits: 2 });
  if (value >= 1e6) return `${format(value / 1e6)}M`;
  if (value >= 1e4) return `${format(value / 1e3)}k`;
  return format(value);
}

function escaped(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
