"""Messages per second through a queue, one process putting and one getting.

CPython's side of queue_1_1.ts.
"""

import multiprocessing
import time

from _sample import QUICK, report, sample

MESSAGE = [42, None, "hello"]
MESSAGES = 20_000 if QUICK else 50_000


def consume(queue, done, messages):
    while True:
        for _ in range(messages):
            queue.get()
        done.put(True)


if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    queue, done = context.Queue(), context.Queue()
    process = context.Process(target=consume, args=(queue, done, MESSAGES), daemon=True)
    process.start()

    def put_and_confirm():
        begin = time.perf_counter()
        for _ in range(MESSAGES):
            queue.put(MESSAGE)
        done.get()
        return MESSAGES / (time.perf_counter() - begin)

    report(messages=sample(3, put_and_confirm))
    process.terminate()
    process.join()
