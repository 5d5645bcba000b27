"""Microseconds to add to a shared value that nobody else adds to.

A second process has the value too, but leaves it alone. CPython's side of value_free.ts.
"""

import multiprocessing
import time

from _sample import QUICK, report, sample

TIMES = 20_000 if QUICK else 100_000


def hold_handle(value, connection):
    connection.send(True)
    connection.recv()


if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    value = context.Value("i", 0)
    here, there = context.Pipe()
    process = context.Process(target=hold_handle, args=(value, there), daemon=True)
    process.start()
    here.recv()

    def add():
        begin = time.perf_counter()
        for _ in range(TIMES):
            with value.get_lock():
                value.value += 1
        return (time.perf_counter() - begin) / TIMES * 1e6

    report(add=sample(5, add))
    here.send(True)
    process.join()
