"""Messages per second through a queue, by how many processes put and how many get.

CPython's side of sweep_topology.ts.
"""

import multiprocessing
import time

from _sample import QUICK, report

TOPOLOGIES = [(1, 1), (4, 1), (1, 4), (2, 2), (4, 4)]
MESSAGES = 16_000 if QUICK else 64_000
SAMPLES = 2
MESSAGE = [42, None, "hello"]


def produce(queue, go, count, done):
    while True:
        go.get()
        for _ in range(count):
            queue.put(MESSAGE)


def consume(queue, go, count, done):
    while True:
        go.get()
        for _ in range(count):
            queue.get()
        done.put(True)


if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    figures = {}
    for producers, consumers in TOPOLOGIES:
        queue, done = context.Queue(), context.Queue()
        roles = [(produce, producers)] * producers + [(consume, consumers)] * consumers
        starts = [context.Queue() for _ in roles]
        processes = [
            context.Process(target=role, args=(queue, go, MESSAGES // many, done), daemon=True)
            for (role, many), go in zip(roles, starts)
        ]
        for process in processes:
            process.start()
        samples = []
        for _ in range(SAMPLES + 1):
            begin = time.perf_counter()
            for go in starts:
                go.put(True)
            for _ in range(consumers):
                done.get()
            samples.append(MESSAGES / (time.perf_counter() - begin))
        figures[f"CPython@{producers}→{consumers}"] = samples[1:]
        for process in processes:
            process.kill()
            process.join()
    report(**figures)
