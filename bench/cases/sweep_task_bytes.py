"""Megabytes per second that tasks carry to the workers of a pool of two, by the bytes of a task.

CPython's side of sweep_task_bytes.ts.
"""

import math
import multiprocessing

from _pool_work import WORKERS
from _sample import QUICK, report, sample, tasks_per_second

SIZES = [16, 256, 4_096, 65_536, 1_000_000, 10_000_000, 100_000_000]
SAMPLE_BYTES = 20_000_000 if QUICK else 100_000_000
MOST = 2_000


def count_of(size):
    return min(MOST, max(2, math.ceil(SAMPLE_BYTES / size)))


if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    figures = {}
    for size in SIZES:
        with context.Pool(WORKERS) as pool:
            data = b"\x01" * size

            def run_all():
                tasks = tasks_per_second(count_of(size), lambda _: pool.apply_async(len, (data,)))
                return tasks * size / 1e6

            figures[f"CPython@{size}"] = sample(2, run_all)
    report(**figures)
