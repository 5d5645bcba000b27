"""What the CPython side of every case shares: sample a measurement, report the figures.

A case prints one line of JSON: for each figure the list of its samples. `_sample.ts` is the twin.
"""

import json
import sys

QUICK = "--quick" in sys.argv


def sample(count, measure):
    """Call measure() once to warm up, then `count` times, and return what those calls returned."""
    measure()
    return [measure() for _ in range(count)]


def report(**figures):
    print(json.dumps(figures))
