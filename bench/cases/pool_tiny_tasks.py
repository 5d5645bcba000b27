"""Tasks per second through a pool, 20,000 tiny ones submitted one by one.

CPython's side of pool_tiny_tasks.ts.
"""

import multiprocessing
import time

from _pool_work import WORKERS, increment
from _sample import QUICK, report, sample

TASKS = 20_000

if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    with context.Pool(WORKERS) as pool:

        def run_all():
            begin = time.perf_counter()
            results = [pool.apply_async(increment, (n,)) for n in range(TASKS)]
            for result in results:
                result.get()
            return TASKS / (time.perf_counter() - begin)

        report(pool=sample(2 if QUICK else 5, run_all))
