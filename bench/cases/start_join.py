"""Milliseconds to start an empty process and join it. CPython's side of start_join.ts."""

import multiprocessing


def nothing():
    pass


if __name__ == "__main__":
    # Imported here and not above: the children import this file too and must not pay for these.
    import time

    from _sample import QUICK, report, sample

    context = multiprocessing.get_context("spawn")

    def start_and_join():
        begin = time.perf_counter()
        process = context.Process(target=nothing)
        process.start()
        process.join()
        return (time.perf_counter() - begin) * 1e3

    report(process=sample(4 if QUICK else 8, start_and_join))
