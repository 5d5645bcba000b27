"""Microseconds of one call through a pool that is waited for. CPython's side of pool_apply.ts."""

import multiprocessing
import time

from _pool_work import WORKERS, increment
from _sample import QUICK, report, sample

CALLS = 500 if QUICK else 2_000

if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    with context.Pool(WORKERS) as pool:

        def call():
            begin = time.perf_counter()
            for n in range(CALLS):
                pool.apply(increment, (n,))
            return (time.perf_counter() - begin) / CALLS * 1e6

        report(pool=sample(5, call))
