"""Microseconds to acquire and release a reentrant lock that nobody else wants.

A second process has the lock too, but leaves it alone. CPython's side of rlock_free.ts.
"""

import multiprocessing
import time

from _sample import QUICK, report, sample

TIMES = 50_000 if QUICK else 200_000


def hold_handle(lock, connection):
    connection.send(True)
    connection.recv()


if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    lock = context.RLock()
    here, there = context.Pipe()
    process = context.Process(target=hold_handle, args=(lock, there), daemon=True)
    process.start()
    here.recv()

    def acquire_and_release():
        begin = time.perf_counter()
        for _ in range(TIMES):
            lock.acquire()
            lock.release()
        return (time.perf_counter() - begin) / TIMES * 1e6

    report(pair=sample(5, acquire_and_release))
    here.send(True)
    process.join()
