import { assertEquals } from "@std/assert";
import { FIGURES } from "../../bench/figures.ts";
import { compare } from "../../bench/result.ts";
import { formatTable } from "../../bench/table.ts";

Deno.test("formatTable() says how many samples there are, and how far apart if there are several", () => {
  const figure = FIGURES.find((it) => it.case === "pool_stream")!;
  const result = compare(figure, {
    ours: { [figure.ours]: [3] },
    python: { [figure.other.name]: [1, 2, 4] },
    peers: {},
  });
  const cells = formatTable([result]).split("\n").at(-1)!
    .split("|").map((cell) => cell.trim());
  assertEquals(cells.slice(3, 7), ["3", "2 (1–4)", "1 / 3", "1.5×"]);
});
