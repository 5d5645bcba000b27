"""Milliseconds from making a pool to its first result. CPython's side of pool_start.ts."""

import multiprocessing
import time

from _pool_work import WORKERS, increment
from _sample import QUICK, report, sample

if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")

    def until_first():
        begin = time.perf_counter()
        with context.Pool(WORKERS) as pool:
            pool.apply(increment, (1,))
            took = time.perf_counter() - begin
        pool.join()
        return took * 1e3

    report(pool=sample(5 if QUICK else 15, until_first))
