"""Items per second through imap_unordered.

CPython's side of pool_stream.ts, with fewer items: of one item to a task, as it is by default, and of
1000.
"""

import multiprocessing
import time

from _pool_work import WORKERS, increment
from _sample import QUICK, report

ITEMS = 50_000 if QUICK else 200_000
CHUNKED_ITEMS = 500_000 if QUICK else 2_000_000


def run_all(pool, items, chunk_size):
    begin = time.perf_counter()
    done = sum(1 for _ in pool.imap_unordered(increment, range(items), chunk_size))
    assert done == items
    return items / (time.perf_counter() - begin)


if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    with context.Pool(WORKERS) as pool:
        report(
            pool=[run_all(pool, ITEMS, 1)],
            chunked=[run_all(pool, CHUNKED_ITEMS, 1000)],
        )
