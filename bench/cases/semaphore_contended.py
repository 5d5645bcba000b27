"""Times per second that two processes together take the one permit, add to a number, and give it back.

CPython's side of semaphore_contended.ts.
"""

from _contended import report_contended

if __name__ == "__main__":
    report_contended(lambda context: context.Semaphore(1))
