import { assertEquals } from "@std/assert";
import { listMore, listSlower } from "../../bench/behind.ts";
import type { Figure } from "../../bench/figures.ts";
import { compare } from "../../bench/result.ts";

function figureOf(unit: string, other: Partial<Figure["other"]> = {}): Figure {
  return {
    case: "case",
    title: `in ${unit}`,
    unit,
    ours: "ours",
    other: { by: "python", name: "theirs", title: "", ...other },
  };
}

function resultOf(figure: Figure, ours: number, theirs: number) {
  return compare(figure, {
    ours: { ours: [ours], theirs: [theirs] },
    python: { theirs: [theirs] },
    peers: { piscina: [theirs], "piscina, processes": [theirs / 2] },
  });
}

Deno.test("listSlower() lists figures where another is faster, by the least and by the most", () => {
  const results = [
    resultOf(figureOf("ms"), 4, 1),
    resultOf(figureOf("ms"), 1, 4),
    resultOf(figureOf("tasks/s", { by: "peers", name: "" }), 1, 2),
    resultOf(figureOf("tasks/s", { by: "peers", name: "processes" }), 1, 4),
    resultOf(figureOf("tasks/s"), 2, 1),
    resultOf(figureOf("µs", { by: "ours" }), 4, 1),
    resultOf(figureOf("MB"), 4, 1),
  ];
  assertEquals(listSlower(results, {}), [
    "in ms (CPython: 0.25×)",
    "in tasks/s (piscina: 0.50×)",
    "in tasks/s (piscina, processes: 0.50×)",
  ]);
});

Deno.test("listSlower() has a line for a sweep and who is clearly ahead somewhere in it", () => {
  const sweep_workers = {
    ours: {
      "Pool@2": [100, 102, 98],
      "Pool@32": [50],
      "Pool@64": [20],
      "ThreadPool@2": [100],
      "ThreadPool@32": [100],
      "ThreadPool@64": [35],
    },
    python: { "CPython@2": [20], "CPython@32": [20], "CPython@64": [20] },
    peers: {
      "tinypool@2": [104],
      "tinypool@32": [60],
      "tinypool@64": [40],
      "piscina@2": [104],
    },
  };
  assertEquals(listSlower([], { sweep_workers }), [
    "Pool, tiny tasks, by workers (tinypool: `Pool` 0.83× at 32, 0.50× at 64; `ThreadPool` 0.88× at 64)",
  ]);
});

Deno.test("listMore() lists what takes more memory or processor, also beside nothing", () => {
  const results = [
    resultOf(figureOf("MB"), 9.15, 1.99),
    resultOf(figureOf("MB"), 1, 2),
    resultOf(figureOf("%"), 0.255, 0),
    resultOf(figureOf("MB", { by: "ours" }), 2, 1),
    resultOf(figureOf("ms"), 2, 1),
  ];
  assertEquals(listMore(results), [
    "in MB (9.15 MB; CPython: 1.99 MB, 4.6×)",
    "in % (0.255 %; CPython: 0 %)",
  ]);
});
