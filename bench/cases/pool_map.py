"""Numbers per second through map, 200,000 of them, with the default chunk size.

CPython's side of pool_map.ts.
"""

import multiprocessing
import time

from _pool_work import WORKERS, increment
from _sample import QUICK, report, sample

NUMBERS = list(range(200_000))

if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    with context.Pool(WORKERS) as pool:

        def run_all():
            begin = time.perf_counter()
            pool.map(increment, NUMBERS)
            return len(NUMBERS) / (time.perf_counter() - begin)

        report(pool=sample(2 if QUICK else 5, run_all))
