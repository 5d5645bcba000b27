"""Messages per second through a queue, two processes putting and two getting.

CPython's side of queue_2_2.ts.
"""

import multiprocessing
import time

from _sample import QUICK, report, sample

MESSAGE = [42, None, "hello"]
EACH = 10_000 if QUICK else 25_000


def produce(queue, go):
    while True:
        for _ in range(go.recv()):
            queue.put(MESSAGE)


def consume(queue, go):
    while True:
        for _ in range(go.recv()):
            queue.get()
        go.send(True)


if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    producers, consumers = [context.Pipe() for _ in range(2)], [context.Pipe() for _ in range(2)]
    processes = [
        *(context.Process(target=produce, args=(queue, go), daemon=True) for _, go in producers),
        *(context.Process(target=consume, args=(queue, go), daemon=True) for _, go in consumers),
    ]
    for process in processes:
        process.start()

    def put_and_confirm():
        begin = time.perf_counter()
        for control, _ in producers + consumers:
            control.send(EACH)
        for control, _ in consumers:
            control.recv()
        return 2 * EACH / (time.perf_counter() - begin)

    report(messages=sample(3, put_and_confirm))
    for process in processes:
        process.terminate()
        process.join()
