"""Times per second that two processes together add to one shared value.

CPython's side of value_contended.ts.
"""

import multiprocessing
import time

from _sample import QUICK, report, sample

EACH = 50_000 if QUICK else 150_000


def add(value, connection):
    while (times := connection.recv()) > 0:
        for _ in range(times):
            with value.get_lock():
                value.value += 1
        connection.send(True)


if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    value = context.Value("i", 0)
    pipes = [context.Pipe(), context.Pipe()]
    processes = [
        context.Process(target=add, args=(value, there), daemon=True) for _, there in pipes
    ]
    for process in processes:
        process.start()

    def add_in_both():
        begin = time.perf_counter()
        for here, _ in pipes:
            here.send(EACH)
        for here, _ in pipes:
            here.recv()
        return 2 * EACH / (time.perf_counter() - begin)

    report(adds=sample(3, add_in_both))
    for here, _ in pipes:
        here.send(0)
    for process in processes:
        process.join()
