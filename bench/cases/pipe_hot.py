"""Microseconds for a small message to go to another process and back, one after the other.

CPython's side of pipe_hot.ts.
"""

import multiprocessing
import time

from _sample import QUICK, report, sample

MESSAGE = [42, None, "hello"]
TRIPS = 2_000 if QUICK else 5_000


def echo(connection):
    while (message := connection.recv()) is not None:
        connection.send(message)


if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=echo, args=(there,), daemon=True)
    process.start()

    def round_trip():
        begin = time.perf_counter()
        for _ in range(TRIPS):
            here.send(MESSAGE)
            here.recv()
        return (time.perf_counter() - begin) / TRIPS * 1e6

    report(round_trip=sample(3, round_trip))
    here.send(None)
    process.join()
