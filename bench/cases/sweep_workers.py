"""Tiny tasks per second through a pool, by how many workers it has.

CPython's side of sweep_workers.ts.
"""

import multiprocessing
import time

from _pool_work import increment
from _sample import QUICK, report, sample, tasks_per_second

WORKERS = [1, 2, 4, 8] if QUICK else [1, 2, 4, 8, 16, 32, 64]
TASKS = 5_000
# Seconds that each has to start, as this is about their work.
START = 0.06

if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    figures = {}
    for workers in WORKERS:
        with context.Pool(workers) as pool:
            time.sleep(START * workers)

            def run_all():
                return tasks_per_second(TASKS, lambda n: pool.apply_async(increment, (n,)))

            figures[f"CPython@{workers}"] = sample(2, run_all)
    report(**figures)
