// Holds the table of README.md against CPython's tests and ours.

import { assert, assertEquals } from "@std/assert";

const FOLDER = new URL("./", import.meta.url);
/** Tests of the folder that stand for no test of CPython's. */
const OWN = ["table_test.ts", "thread_memory_test.ts"];
const NONE = /^none: \S.{10,}$/;

/**
 * The checklist: tests by class, as `test/_test_multiprocessing.py` of CPython 3.13 has them;
 * those of `interrupt()` and of sets are in that of 3.14.
 */
const CPYTHON: Record<string, string> = {
  _TestProcess:
    "current set_executable args_argument daemon_argument parent_process_attributes parent_process process process_mainthread_native_id terminate kill interrupt interrupt_no_handler cpu_count active_children recursion sentinel close many_processes lose_target_ref child_fd_inflation wait_for_threads error_on_stdio_flush_1 error_on_stdio_flush_2 forkserver_sigint forkserver_sigkill",
  _TestSubclassingProcess: "subclassing stderr_flush sys_exit",
  _TestQueue:
    "put get fork qsize task_done no_import_lock_contention timeout queue_feeder_donot_stop_onexc queue_feeder_on_queue_feeder_error closed_queue_empty_exceptions closed_queue_put_get_exceptions",
  _TestLock: "lock rlock lock_context",
  _TestSemaphore: "semaphore bounded_semaphore timeout",
  _TestCondition:
    "notify notify_all notify_n timeout waitfor waitfor_timeout wait_result",
  _TestEvent: "event repr",
  _TestBarrier:
    "barrier barrier_10 wait_return action abort reset abort_and_reset timeout default_timeout single_thread thousand",
  _TestValue: "value rawvalue getobj_getlock",
  _TestArray: "array array_from_size rawarray getobj_getlock_obj",
  _TestContainers:
    "list list_iter list_proxy_in_list dict dict_iter dict_proxy_nested nested_queue namespace",
  _TestPool:
    "apply map starmap starmap_async map_async map_async_callbacks map_unplicklable map_chunksize map_handle_iterable_exception async async_timeout imap imap_handle_iterable_exception imap_unordered imap_unordered_handle_iterable_exception make_pool terminate empty_iterable context traceback wrapped_exception map_no_failfast release_task_refs enter resource_warning",
  _TestPoolWorkerErrors: "async_error_callback unpickleable_result",
  _TestPoolWorkerLifetime:
    "pool_worker_lifetime pool_worker_lifetime_early_close pool_maxtasksperchild_invalid worker_finalization_via_atexit_handler_of_multiprocessing",
  _TestMyManager: "mymanager mymanager_context mymanager_context_prestarted",
  _TestRemoteManager: "remote",
  _TestManagerRestart: "rapid_restart",
  TestManagerExceptions: "queue_get dispatch",
  _TestConnection:
    "connection duplex_false spawn_close sendbytes fd_transfer large_fd_transfer missing_fd_transfer context",
  _TestListener: "multiple_bind context empty_authkey abstract_socket",
  _TestListenerClient: "listener_client issue14725 issue16955",
  _TestPoll: "empty_string strings boundaries dont_merge",
  _TestPicklingConnections: "pickling access",
  _TestSharedMemory:
    "shared_memory_name_with_embedded_null shared_memory_basics shared_memory_recreate invalid_shared_memory_creation shared_memory_pickle_unpickle shared_memory_pickle_unpickle_dead_object shared_memory_across_processes shared_memory_SharedMemoryServer_ignores_sigint shared_memory_SharedMemoryManager_reuses_resource_tracker shared_memory_SharedMemoryManager_basics shared_memory_ShareableList_basics shared_memory_ShareableList_pickling shared_memory_ShareableList_pickling_dead_object shared_memory_cleaned_after_process_termination shared_memory_untracking shared_memory_tracking",
  _TestLogging: "enable_logging level filename",
  _TestPollEintr: "poll_eintr",
  OtherTest: "deliver_challenge_auth_failure answer_challenge_auth_failure",
  ChallengeResponseTest: "challengeresponse",
  TestInitializers: "manager_initializer pool_initializer",
  TestStdinBadfiledescriptor: "queue_in_process pool_in_process",
  TestWait:
    "wait wait_socket wait_slow wait_socket_slow wait_timeout wait_integer neg_timeout",
  TestFlags: "flags",
  TestTimeouts: "timeout",
  TestNoForkBomb: "noforkbomb",
  TestCloseFds: "closefd",
  TestIgnoreEINTR: "ignore ignore_listener",
  TestStartMethod:
    "context context_check_module_types set_get get_all preload_resources mixed_startmethod nested_startmethod",
  TestResourceTracker:
    "resource_tracker resource_tracker_sigint resource_tracker_sigterm resource_tracker_sigkill resource_tracker_reused too_long_name_resource resource_tracker_exit_code",
  TestSimpleQueue: "empty_exceptions empty close closed",
  TestPoolNotLeakOnFailure: "release_unused_processes",
  TestSyncManagerTypes:
    "list event lock rlock semaphore bounded_semaphore condition barrier pool queue joinable_queue dict value array namespace set set_init set_contain_all_method",
  _TestAtExit: "atexit",
  MiscTestCase: "large_pool",
};

/** One row: class, test, and what the last cell says. */
type Row = [string, string, string];

function readRows(): Row[] {
  const text = Deno.readTextFileSync(new URL("README.md", FOLDER));
  return text.split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| ---"))
    .map((line) => line.split("|").slice(1, -1).map((it) => it.trim()) as Row)
    .slice(1);
}

/** The tests of the folder, as `file › name`. */
function readTests(): string[] {
  const files = Array.from(Deno.readDirSync(FOLDER), ({ name }) => name)
    .filter((name) => name.endsWith("_test.ts") && !OWN.includes(name));
  return files.toSorted().flatMap((file) => {
    const text = Deno.readTextFileSync(new URL(file, FOLDER));
    const calls = text.match(/^(?:Deno\.test|test[A-Z]\w*)\(/gm) ?? [];
    const names = [
      ...text.matchAll(/^(?:Deno\.test|test[A-Z]\w*)\(\s*"([^"|\\]+)",/gm),
    ].map(([, name]) => `${file} › ${name}`);
    assertEquals(
      names.length,
      calls.length,
      `${file} has a test without a literal name`,
    );
    return names;
  });
}

/** What a row says of our tests; nothing if it gives a reason instead. */
function testsOf([, , cell]: Row): string[] {
  return cell.includes(" › ") ? cell.split("<br>").map((it) => it.trim()) : [];
}

const key = ([suite, test]: Row) => `${suite} ${test}`;
const duplicates = (all: string[]) =>
  all.filter((it, index) => all.indexOf(it) !== index);

Deno.test("the table of conformance has one row for each test of the checklist", () => {
  const expected = Object.entries(CPYTHON).flatMap(([suite, tests]) =>
    tests.split(" ").map((test) => `${suite} ${test}`)
  );
  assertEquals(duplicates(expected), []);
  assertEquals(readRows().map(key), expected);
});

Deno.test("the table of conformance names only tests that there are", () => {
  const tests = readTests();
  for (const row of readRows()) {
    for (const test of testsOf(row)) {
      assert(tests.includes(test), `${key(row)}: there is no ${test}`);
    }
  }
});

Deno.test("the table of conformance says why a row has no test", () => {
  for (const row of readRows()) {
    if (testsOf(row).length > 0) continue;
    assert(NONE.test(row[2]), `${key(row)}: ${row[2]}`);
  }
});

Deno.test("the table of conformance leaves out no test of its folder", () => {
  const named = new Set(readRows().flatMap(testsOf));
  const tests = readTests();
  assertEquals(duplicates(tests), []);
  assertEquals(tests.filter((it) => !named.has(it)), []);
});
