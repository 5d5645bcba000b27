"""What children cost that only wait for a queue: megabytes over a bare interpreter, and CPU.

Linux only. CPython's side of idle_child.ts.
"""

import multiprocessing
import os
import subprocess
import sys
import time

from _sample import QUICK, report

PARKED = 10
SETTLE = 1.0
WINDOW = 1.5 if QUICK else 3.0


def park(queue, ready):
    ready.put(True)
    queue.get()


def megabytes(pid):
    """Proportional resident size: what is private, and this process's part of what is shared."""
    with open(f"/proc/{pid}/smaps_rollup") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024 / 1e6


def cpu_seconds(processes):
    """Seconds on a CPU of each thread. /proc/<pid>/stat counts only in ticks of 10 ms."""
    seconds = {}
    for process in processes:
        for task in os.listdir(f"/proc/{process.pid}/task"):
            with open(f"/proc/{process.pid}/task/{task}/schedstat") as line:
                seconds[task] = int(line.read().split()[0]) / 1e9
    return seconds


if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    queue, ready = context.Queue(), context.Queue()

    def start_parked(count):
        processes = [
            context.Process(target=park, args=(queue, ready), daemon=True) for _ in range(count)
        ]
        for process in processes:
            process.start()
        for _ in processes:
            ready.get()
        return processes

    def end(processes):
        for _ in processes:
            queue.put(True)
        for process in processes:
            process.join()

    def memory():
        idle = start_parked(1)
        bare = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"])
        time.sleep(SETTLE)
        difference = megabytes(idle[0].pid) - megabytes(bare.pid)
        bare.kill()
        bare.wait()
        end(idle)
        return difference

    def cpu():
        processes = start_parked(PARKED)
        time.sleep(SETTLE)
        begin = time.perf_counter()
        before = cpu_seconds(processes)
        time.sleep(WINDOW)
        after = cpu_seconds(processes)
        used = sum(seconds - before.get(task, 0) for task, seconds in after.items())
        percent = used / (time.perf_counter() - begin) * 100
        end(processes)
        return percent

    if sys.platform == "linux":
        report(memory=[memory() for _ in range(1 if QUICK else 2)], cpu=[cpu()])
    else:
        report()
