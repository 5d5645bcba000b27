"""Times per second that two processes together take the one permit, add to a number, and give it back.

CPython's side of semaphore_contended.ts.
"""

import multiprocessing
import time

from _sample import QUICK, report, sample

COUNT = 2
EACH = 100_000 if QUICK else 300_000


def count(semaphore, connection):
    number = 0
    while (times := connection.recv()) > 0:
        for _ in range(times):
            semaphore.acquire()
            number += 1
            semaphore.release()
        connection.send(number)


if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    semaphore = context.Semaphore(1)
    pipes = [context.Pipe() for _ in range(COUNT)]
    processes = [
        context.Process(target=count, args=(semaphore, there), daemon=True) for _, there in pipes
    ]
    for process in processes:
        process.start()

    def count_in_both():
        begin = time.perf_counter()
        for here, _ in pipes:
            here.send(EACH)
        for here, _ in pipes:
            here.recv()
        return COUNT * EACH / (time.perf_counter() - begin)

    report(pairs=sample(3, count_in_both))
    for here, _ in pipes:
        here.send(0)
    for process in processes:
        process.join()
