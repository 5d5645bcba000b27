"""Microseconds to acquire and release a permit that nobody else wants.

CPython's side of semaphore_free.ts.
"""

from _free import report_free

if __name__ == "__main__":
    report_free(lambda context: context.Semaphore(2))
