"""Times per second that two processes together add to one shared value.

CPython's side of value_contended.ts.
"""

from _contended import per_second_in_both
from _sample import QUICK, report

EACH = 50_000 if QUICK else 150_000


def add(value, connection):
    while (times := connection.recv()) > 0:
        for _ in range(times):
            with value.get_lock():
                value.value += 1
        connection.send(True)


if __name__ == "__main__":
    report(adds=per_second_in_both(lambda context: context.Value("i", 0), add, EACH))
