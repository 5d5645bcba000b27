"""What the CPython side of every case shares: sample a measurement, report the figures.

A case prints one line of JSON: for each figure the list of its samples. `_sample.ts` is the twin.
"""

import json
import sys
import time

QUICK = "--quick" in sys.argv
WARM_UP = 0.2 if QUICK else 0.5


def sample(count, measure):
    """Warm up by calling measure() once, and then for a while; return what `count` more return.

    The first call may wait for a process to start.
    """
    measure()
    begin = time.perf_counter()
    measure()
    while time.perf_counter() - begin < WARM_UP:
        measure()
    return [measure() for _ in range(count)]


def tasks_per_second(count, submit):
    """Submit so many tasks at once; return how many a second are done."""
    begin = time.perf_counter()
    results = [submit(n) for n in range(count)]
    for result in results:
        result.get()
    return count / (time.perf_counter() - begin)


def report(**figures):
    print(json.dumps(figures))
