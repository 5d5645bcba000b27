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
const COLORS = [
  "#0b7285",
  "#66a80f",
  "#e8590c",
  "#7048e8",
  "#d6336c",
  "#868e96",
  "#c99700",
];

/** Draws a chart of lines as SVG, in the colours that the reader's system wants. */
export function drawLines(
  { title, by, unit, labels, lines }: LineChart,
): string {
  const [left, right, top, bottom] = [84, 130, 46, 52];
  const height = 360;
  const all = lines.flatMap(({ values }) =>
    values.filter((value) => value !== undefined)
  );
  const low = Math.floor(Math.log10(Math.min(...all)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...all))));
  const x = (place: number) =>
    left +
    (WIDTH - left - right) *
      (labels.length === 1 ? 0.5 : place / (labels.length - 1));
  const y = (value: number) =>
    top + (height - top - bottom) * (high - Math.log10(value)) / (high - low);
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
  // Names stand where lines end, but not on each other.
  const ends = lines.map((line, n) => ({
    n,
    name: line.name,
    at: y(line.values.findLast((value) => value !== undefined) ?? 1),
  })).sort((a, b) => a.at - b.at);
  for (let i = 1; i < ends.length; i++) {
    ends[i].at = Math.max(ends[i].at, ends[i - 1].at + FONT + 2);
  }
  lines.forEach(({ values }, n) => {
    const points = values.flatMap((value, place) =>
      value === undefined ? [] : [`${round(x(place))},${round(y(value))}`]
    );
    const color = COLORS[n % COLORS.length];
    parts.push(
      `<polyline fill="none" stroke="${color}" stroke-width="${
        n === 0 ? 3 : 1.8
      }" points="${points.join(" ")}"/>`,
      ...points.map((point) => {
        const [cx, cy] = point.split(",");
        return `<circle cx="${cx}" cy="${cy}" r="3" fill="${color}"/>`;
      }),
    );
  });
  for (const { n, name, at } of ends) {
    parts.push(
      `<text x="${WIDTH - right + 10}" y="${round(at + 4)}" style="fill: ${
        COLORS[n % COLORS.length]
      }">${escaped(name)}</text>`,
    );
  }
  return document(`${title}, ${unit}`, WIDTH, height, parts);
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
      }" height="${row - 8}" rx="2" fill="${
        times >= 1 ? COLORS[0] : COLORS[2]
      }"/>`,
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
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .grid { stroke: #30363d; }
    .axis { stroke: #8b949e; }
    .back { fill: #0d1117; }
  }
</style>
<rect class="back" width="${width}" height="${height}" rx="6"/>
<text class="title" x="20" y="28">${escaped(title)}</text>
${parts.join("\n")}
</svg>
`;
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
