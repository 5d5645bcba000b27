"""What the cases share that measure acquiring what nobody else wants. CPython's side of _free.ts."""

import multiprocessing
import time

from _sample import QUICK, report, sample

TIMES = 50_000 if QUICK else 200_000


def hold_handle(acquirable, connection):
    """Has it too, but leaves it alone."""
    connection.send(True)
    connection.recv()


def report_free(make):
    """Reports the microseconds to acquire and release it while a second process has it, too."""
    context = multiprocessing.get_context("spawn")
    acquirable = make(context)
    here, there = context.Pipe()
    process = context.Process(target=hold_handle, args=(acquirable, there), daemon=True)
    process.start()
    here.recv()

    def acquire_and_release():
        begin = time.perf_counter()
        for _ in range(TIMES):
            acquirable.acquire()
            acquirable.release()
        return (time.perf_counter() - begin) / TIMES * 1e6

    report(pair=sample(5, acquire_and_release))
    here.send(True)
    process.join()
