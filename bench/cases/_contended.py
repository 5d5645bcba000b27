"""What the cases share that measure acquiring what two want. CPython's side of _contended.ts."""

import multiprocessing
import time

from _sample import QUICK, report, sample

COUNT = 2
EACH = 100_000 if QUICK else 300_000


def count(acquirable, connection):
    number = 0
    while (times := connection.recv()) > 0:
        for _ in range(times):
            acquirable.acquire()
            number += 1
            acquirable.release()
        connection.send(number)


def report_contended(make):
    """Reports how often a second two processes together acquire it, add to a number, and release it."""
    context = multiprocessing.get_context("spawn")
    acquirable = make(context)
    pipes = [context.Pipe() for _ in range(COUNT)]
    processes = [
        context.Process(target=count, args=(acquirable, there), daemon=True) for _, there in pipes
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
