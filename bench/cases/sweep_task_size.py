"""Tasks per second through a pool of two, by how long a task computes.

CPython's side of sweep_task_size.ts.
"""

import math
import multiprocessing
import time

from _pool_work import WORKERS
from _sample import QUICK, report, sample, tasks_per_second

SIZES = ["0", "0.01", "0.1", "1", "10", "100"]
SAMPLE_MS = 200 if QUICK else 400
MOST = 5_000


def compute(ms):
    end = time.perf_counter() + ms / 1e3
    while time.perf_counter() < end:
        pass


def count_of(ms):
    return MOST if ms == 0 else min(MOST, max(4, math.ceil(SAMPLE_MS / ms)))


if __name__ == "__main__":
    figures = {}
    with multiprocessing.get_context("spawn").Pool(WORKERS) as pool:
        for size in SIZES:
            ms = float(size)
            count = count_of(ms)

            def run_all():
                return tasks_per_second(count, lambda _: pool.apply_async(compute, (ms,)))

            figures[f"CPython@{size}"] = sample(2, run_all)
    report(**figures)
