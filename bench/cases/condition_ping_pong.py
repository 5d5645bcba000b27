"""Times per second that two processes notify each other in turn, each waiting for the other.

CPython's side of condition_ping_pong.ts.
"""

import multiprocessing
import time

from _sample import QUICK, report, sample

TURNS = 2_000 if QUICK else 10_000


def answer(condition, connection):
    while (turns := connection.recv()) > 0:
        with condition:
            connection.send(0)
            for _ in range(turns):
                condition.wait()
                condition.notify()


if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    condition = context.Condition(context.Lock())
    here, there = context.Pipe()
    process = context.Process(target=answer, args=(condition, there), daemon=True)
    process.start()

    def play():
        here.send(TURNS)
        here.recv()
        with condition:
            begin = time.perf_counter()
            for _ in range(TURNS):
                condition.notify()
                condition.wait()
            return TURNS / (time.perf_counter() - begin)

    report(turns=sample(3, play))
    here.send(0)
    process.join()
