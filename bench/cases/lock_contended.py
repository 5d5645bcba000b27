"""Times per second that two processes together acquire a lock, add to a number, and release it.

CPython's side of lock_contended.ts.
"""

import multiprocessing
import time

from _sample import QUICK, report, sample

EACH = 100_000 if QUICK else 300_000


def count(lock, connection):
    number = 0
    while (times := connection.recv()) > 0:
        for _ in range(times):
            lock.acquire()
            number += 1
            lock.release()
        connection.send(number)


if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    lock = context.Lock()
    pipes = [context.Pipe(), context.Pipe()]
    processes = [
        context.Process(target=count, args=(lock, there), daemon=True) for _, there in pipes
    ]
    for process in processes:
        process.start()

    def count_in_both():
        begin = time.perf_counter()
        for here, _ in pipes:
            here.send(EACH)
        for here, _ in pipes:
            here.recv()
        return 2 * EACH / (time.perf_counter() - begin)

    report(pairs=sample(3, count_in_both))
    for here, _ in pipes:
        here.send(0)
    for process in processes:
        process.join()
