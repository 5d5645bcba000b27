"""Times per second that two processes meet at a barrier.

CPython's side of barrier_rounds.ts.
"""

import multiprocessing
import time

from _sample import QUICK, report, sample

ROUNDS = 2_000 if QUICK else 10_000


def meet(barrier, connection):
    while (rounds := connection.recv()) > 0:
        for _ in range(rounds + 1):
            barrier.wait()


if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(2)
    here, there = context.Pipe()
    process = context.Process(target=meet, args=(barrier, there), daemon=True)
    process.start()

    def run():
        here.send(ROUNDS)
        barrier.wait()
        begin = time.perf_counter()
        for _ in range(ROUNDS):
            barrier.wait()
        return ROUNDS / (time.perf_counter() - begin)

    report(rounds=sample(3, run))
    here.send(0)
    process.join()
