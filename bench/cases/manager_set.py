"""Microseconds to set a key of a dictionary in a manager; sets per second; milliseconds to read a
list of 100,000 numbers.

CPython's side of manager_set.ts. Its calls wait for each other, so there is one rate.
"""

import multiprocessing
import time

from _sample import QUICK, report, sample

TIMES = 1_000 if QUICK else 5_000
NUMBERS = 100_000


if __name__ == "__main__":
    with multiprocessing.get_context("spawn").Manager() as manager:
        shared = manager.dict()
        numbers = manager.list(range(NUMBERS))

        def set_keys():
            begin = time.perf_counter()
            for n in range(TIMES):
                shared["key"] = n
            return (time.perf_counter() - begin) / TIMES

        def read():
            begin = time.perf_counter()
            numbers[:]
            return (time.perf_counter() - begin) * 1e3

        each = sample(5, set_keys)
        report(
            set=[seconds * 1e6 for seconds in each],
            sets=[1 / seconds for seconds in each],
            read=sample(5, read),
        )
