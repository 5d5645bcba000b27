"""Prints, as JSON, what CPython's multiprocessing can do."""

import json
import multiprocessing as mp
import os
import platform
import signal
import sys
import time
from multiprocessing import managers, pool, shared_memory

DEADLINE = 5


class OwnError(Exception):
    def __init__(self, code):
        super().__init__(code)
        self.code = code


def add(a, b):
    return a + b


def count(value):
    while True:
        value.value += 1


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def fail(_):
    raise OwnError(7)


def pid(_=None):
    time.sleep(0.05)
    return os.getpid()


def hold_and_die(lock):
    lock.acquire()
    os.kill(os.getpid(), signal.SIGKILL)


def hold_all(lock, semaphore, barrier):
    with lock, semaphore:
        barrier.wait()
        barrier.wait()


def write(value, array, name):
    block = shared_memory.SharedMemory(name)
    value.value = 1
    array[1] = 0.5
    block.buf[7] = 8
    block.close()


def score(scores):
    scores["a"] = 1


class Remote(managers.SyncManager):
    pass


SCORES = {}


def find_scores():
    return SCORES


Remote.register("scores", find_scores, managers.DictProxy)


def score_there(address):
    manager = Remote(address, b"key")
    manager.connect()
    score(manager.scores())


def run(target, *args):
    child = mp.Process(target=target, args=args)
    child.start()
    child.join()


def attempt(run):
    """What a probe gives, in a process of its own: one that hangs can be killed."""
    context = mp.get_context("fork")
    here, there = context.Pipe(False)

    def body():
        try:
            there.send(run())
        except Exception as error:
            print(f"{run.__name__}: {error!r}", file=sys.stderr)
            there.send(False)

    process = context.Process(target=body)
    process.start()
    answer = here.recv() if here.poll(DEADLINE) else "hangs"
    for child in children_of(process.pid):
        os.kill(child, signal.SIGKILL)
    process.kill()
    process.join()
    return answer


def children_of(parent):
    pids = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat") as file:
                if int(file.read().rsplit(")", 1)[1].split()[1]) == parent:
                    pids.append(int(name))
        except OSError:
            pass
    return pids


def inline():
    with mp.get_context("spawn").Pool(1) as workers:
        return workers.map(lambda n: n * n, [2]) == [4]


def processes():
    with mp.Pool(1) as workers, pool.ThreadPool(1) as threads:
        return workers.apply(pid) != os.getpid() == threads.apply(pid)


def map_in_chunks():
    with mp.Pool(2) as workers:
        # Those of one chunk are done by one worker.
        pids = workers.map(pid, range(8), chunksize=4)
        return len(set(pids[:4])) == 1


def stream():
    taken = 0

    def items():
        nonlocal taken
        for n in range(100_000):
            taken += 1
            yield n

    with mp.Pool(1) as workers:
        next(workers.imap(pid, items()))
        time.sleep(0.5)
        return True if taken < 1_000 else "reads all"


def stop():
    value = mp.Value("q", 0)
    with mp.Pool(1, initializer=globals().update, initargs=({"shared": value},)) as workers:
        result = workers.apply_async(count_shared)
        # There is nothing that stops the task and leaves the pool.
        if not hasattr(result, "cancel"):
            return False
        result.cancel()
    return True


def count_shared():
    count(globals()["shared"])


def death():
    with mp.Pool(1) as workers:
        result = workers.apply_async(die)
        try:
            result.get()
        except Exception:
            return workers.apply(add, (1, 2)) == 3


def errors():
    with mp.Pool(1) as workers:
        try:
            workers.map(fail, [1])
        except OwnError as error:
            return error.code == 7


def locks():
    lock, semaphore, barrier = mp.Lock(), mp.Semaphore(1), mp.Barrier(2)
    child = mp.Process(target=hold_all, args=(lock, semaphore, barrier))
    child.start()
    barrier.wait()
    free = lock.acquire(block=False) or semaphore.acquire(block=False)
    barrier.wait()
    child.join()
    return not free and lock.acquire(timeout=1) and semaphore.acquire(timeout=1)


def robust_locks():
    lock = mp.Lock()
    run(hold_and_die, lock)
    return lock.acquire(timeout=DEADLINE - 2)


def manager():
    with mp.Manager() as server:
        scores = server.dict()
        run(score, scores)
        return scores["a"] == 1


def shared():
    block = shared_memory.SharedMemory(create=True, size=8)
    try:
        value, array = mp.Value("i"), mp.Array("d", 3)
        run(write, value, array, block.name)
        return value.value == 1 and array[1] == 0.5 and block.buf[7] == 8
    finally:
        block.close()
        block.unlink()


def remote():
    with Remote(("127.0.0.1", 0), b"key") as server:
        run(score_there, server.address)
        return server.scores()["a"] == 1


def back_pressure():
    import inspect

    names = inspect.signature(mp.Pool).parameters
    return any("pending" in name or "queue" in name for name in names)


def priority():
    import inspect

    return "priority" in inspect.signature(pool.Pool.apply_async).parameters


def retries():
    import inspect

    return "retries" in inspect.signature(pool.Pool.apply_async).parameters


def progress():
    import inspect

    return "progress" in inspect.signature(pool.Pool.map).parameters


def recycle():
    with mp.Pool(1, maxtasksperchild=1) as workers:
        first = workers.map(pid, [1], 1)
        return "tasks" if first != workers.map(pid, [1], 1) else False


if __name__ == "__main__":
    probes = {
        "inline": inline,
        "processes": processes,
        "map": map_in_chunks,
        "stream": stream,
        "stop": stop,
        "death": death,
        "retries": retries,
        "errors": errors,
        "backPressure": back_pressure,
        "priority": priority,
        "recycle": recycle,
        "progress": progress,
        "locks": locks,
        "robustLocks": robust_locks,
        "manager": manager,
        "shared": shared,
        "remote": remote,
    }
    answers = {name: attempt(run) for name, run in probes.items()}
    answers["version"] = f"CPython {platform.python_version()}"
    print(json.dumps(answers))
