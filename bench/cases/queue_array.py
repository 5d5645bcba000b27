"""Megabytes per second when 100 MB arrays of doubles go through a queue, one at a time.

The clock runs from put until the other process says it has the array. CPython's side of
queue_array.ts.
"""

import array
import multiprocessing
import time

from _sample import QUICK, report, sample

BYTES = 100_000_000


def consume(queue, confirmed):
    while True:
        values = queue.get()
        confirmed.put(values[0] + values[-1])


if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    queue, confirmed = context.Queue(), context.Queue()
    process = context.Process(target=consume, args=(queue, confirmed), daemon=True)
    process.start()

    def put_and_confirm(values):
        begin = time.perf_counter()
        queue.put(values)
        confirmed.get()
        return BYTES / 1e6 / (time.perf_counter() - begin)

    doubles = array.array("d", bytes(BYTES))
    plain = bytes(BYTES)
    report(
        array=sample(2 if QUICK else 3, lambda: put_and_confirm(doubles)),
        bytes=sample(2 if QUICK else 3, lambda: put_and_confirm(plain)),
    )
    process.terminate()
    process.join()
