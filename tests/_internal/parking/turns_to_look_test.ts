import { assert, assertEquals } from "@std/assert";
import { HEADER } from "../../../_internal/memory/mod.ts";
import { takeTurn } from "../../../_internal/parking/turns_to_look.ts";

/** Lets so many look by turns; the times of the looks, in milliseconds, by who looked. */
function look(
  words: Int32Array,
  count: number,
  start: number,
  end: number,
): number[][] {
  const next = Array.from(
    { length: count },
    () => start + takeTurn(words, start),
  );
  const looks: number[][] = next.map(() => []);
  for (let now = start; now < end; now++) {
    for (let who = 0; who < count; who++) {
      if (next[who] !== now) continue;
      looks[who]!.push(now);
      next[who] = now + takeTurn(words, now);
      words[HEADER.LAST_SWEEP] = now;
    }
  }
  return looks;
}

function gaps(times: number[]): number[] {
  return times.slice(1).map((it, at) => it - times[at]!);
}

Deno.test("takeTurn() lets one look about every second", () => {
  const [looks] = look(new Int32Array(128), 1, 1_000, 61_000);
  assertEquals(new Set(gaps(looks!)), new Set([950]));
});

Deno.test("takeTurn() lets many look by turns, each more seldom", () => {
  for (
    const [count, seldom, often] of [
      [2, 950, 65],
      [3, 1_425, 45],
      [10, 4_750, 20],
      [100, 5_700, 20],
    ] as const
  ) {
    const looks = look(new Int32Array(128), count, 1_000, 61_000);
    const all = looks.flat().sort((a, b) => a - b);
    const most = Math.max(...gaps(all).slice(count));
    assert(most <= 475, `${count} look every ${most} ms`);
    for (const each of looks) {
      const most = Math.max(...gaps(each).slice(2));
      assert(most <= seldom, `one of ${count} looks every ${most} ms`);
      assert(
        each.length <= often,
        `one of ${count} looks ${each.length} times in a minute`,
      );
    }
  }
});

Deno.test("takeTurn() relies on nobody who does not look any more", () => {
  const words = new Int32Array(128);
  look(words, 10, 1_000, 10_000);
  // Nine of them compute from now on.
  const [looks] = look(words, 1, 10_000, 30_000);
  assert(looks![0]! <= 15_700, `it looks at ${looks![0]} ms`);
  assertEquals(new Set(gaps(looks!)), new Set([950]));
});
