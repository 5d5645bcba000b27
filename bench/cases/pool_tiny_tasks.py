"""Tasks per second through a pool, 20,000 tiny ones submitted one by one.

CPython's side of pool_tiny_tasks.ts.
"""

import multiprocessing

from _pool_work import WORKERS, increment
from _sample import QUICK, report, sample, tasks_per_second

TASKS = 20_000

if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    with context.Pool(WORKERS) as pool:

        def run_all():
            return tasks_per_second(TASKS, lambda n: pool.apply_async(increment, (n,)))

        report(pool=sample(2 if QUICK else 5, run_all))
