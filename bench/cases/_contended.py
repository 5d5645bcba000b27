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
    report(pairs=per_second_in_both(make, count, EACH))


def per_second_in_both(make, target, each):
    """How often a second two processes together do what target does as often as it is told."""
    context = multiprocessing.get_context("spawn")
    shared = make(context)
    pipes = [context.Pipe() for _ in range(COUNT)]
    processes = [
        context.Process(target=target, args=(shared, there), daemon=True) for _, there in pipes
    ]
    for process in processes:
        process.start()

    def do_in_both():
        begin = time.perf_counter()
        for here, _ in pipes:
            here.send(each)
        for here, _ in pipes:
            here.recv()
        return COUNT * each / (time.perf_counter() - begin)

    rates = sample(3, do_in_both)
    for here, _ in pipes:
        here.send(0)
    for process in processes:
        process.join()
    return rates
