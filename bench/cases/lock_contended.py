"""Times per second that two processes together acquire a lock, add to a number, and release it.

CPython's side of lock_contended.ts.
"""

from _contended import report_contended

if __name__ == "__main__":
    report_contended(lambda context: context.Lock())
