"""Microseconds to acquire and release a reentrant lock that nobody else wants.

CPython's side of rlock_free.ts.
"""

from _free import report_free

if __name__ == "__main__":
    report_free(lambda context: context.RLock())
