"""Megabytes per second through a queue, one process putting and one getting, by the size of a message.

CPython's side of sweep_message_size.ts.
"""

import math
import multiprocessing
import time

from _sample import QUICK, report

SIZES = [16, 256, 4_096, 65_536, 1_000_000, 10_000_000, 100_000_000]
SAMPLE_BYTES = 20_000_000 if QUICK else 100_000_000
MOST = 20_000
SAMPLES = 2


def consume(queue, done, counts):
    for count in counts:
        for _ in range(count):
            queue.get()
        done.put(True)


def count_of(size):
    return min(MOST, max(2, math.ceil(SAMPLE_BYTES / size)))


if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    figures = {}
    for size in SIZES:
        queue, done = context.Queue(), context.Queue()
        count = count_of(size)
        counts = [count] * (SAMPLES + 1)
        process = context.Process(target=consume, args=(queue, done, counts))
        process.start()
        message = b"\x01" * size
        samples = []
        for _ in counts:
            begin = time.perf_counter()
            for _ in range(count):
                queue.put(message)
            done.get()
            samples.append(count * size / 1e6 / (time.perf_counter() - begin))
        process.join()
        figures[f"CPython@{size}"] = samples[1:]
    report(**figures)
