"""Microseconds for a round trip when a message goes out only every 5 ms and both sides sleep.

Each sample is the median of a batch. Both sides have talked without pauses before, as in a program
that has been running for a while. CPython's side of pipe_parked.ts.
"""

import multiprocessing
import statistics
import time

from _sample import QUICK, report, sample

MESSAGE = [42, None, "hello"]
TRIPS = 40 if QUICK else 80
WARM_UP_TRIPS = 20_000


def echo(connection):
    while (message := connection.recv()) is not None:
        connection.send(message)


if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=echo, args=(there,), daemon=True)
    process.start()

    for _ in range(WARM_UP_TRIPS):
        here.send(MESSAGE)
        here.recv()

    def parked_round_trip():
        trips = []
        for _ in range(TRIPS):
            time.sleep(0.005)
            begin = time.perf_counter()
            here.send(MESSAGE)
            here.recv()
            trips.append((time.perf_counter() - begin) * 1e6)
        return statistics.median(trips)

    report(round_trip=sample(3, parked_round_trip))
    here.send(None)
    process.join()
