"""What the pools of the cases call. CPython's side of _pool_work.ts."""

WORKERS = 2


def increment(n):
    return n + 1


def count_steps(n):
    """Keep a processor busy: the steps of Collatz from all numbers up to n."""
    steps = 0
    for start in range(1, n + 1):
        at = start
        while at > 1:
            at = at // 2 if at % 2 == 0 else 3 * at + 1
            steps += 1
    return steps
