"""Tasks per second that keep a processor busy: one after the other, and by a pool.

CPython's side of pool_cpu.ts, with fewer tasks: each takes fifty times as long.
"""

import multiprocessing
import time

from _pool_work import WORKERS, count_steps
from _sample import QUICK, report, sample

TASKS = 2 if QUICK else 8
UP_TO = 30_000

if __name__ == "__main__":
    tasks = [UP_TO] * TASKS

    def run(all_steps):
        begin = time.perf_counter()
        all_steps()
        return TASKS / (time.perf_counter() - begin)

    serial = sample(3, lambda: run(lambda: [count_steps(n) for n in tasks]))
    context = multiprocessing.get_context("spawn")
    with context.Pool(WORKERS) as pool:
        pooled = sample(3, lambda: run(lambda: pool.map(count_steps, tasks, 1)))
    report(serial=serial, pool=pooled)
