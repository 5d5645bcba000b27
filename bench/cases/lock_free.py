"""Microseconds to acquire and release a lock that nobody else wants.

CPython's side of lock_free.ts.
"""

from _free import report_free

if __name__ == "__main__":
    report_free(lambda context: context.Lock())
