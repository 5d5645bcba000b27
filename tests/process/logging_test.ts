import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { getLogger, type LogLevel, logToStderr } from "../../process/mod.ts";
import {
  type FixtureOptions,
  leaveNoProcess,
  runFixture,
} from "./run_fixture.ts";
import { IS_FFI_DENIED, SHARING_FLAGS } from "../shared_memory.ts";

leaveNoProcess();

/** A line of the log, taken apart. */
interface Line {
  level: string;
  pid: string;
  who: string;
  message: string;
}

const LINE =
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (\w+) +(\d+) ([^ ]+): (.+)$/;

/** What a program, with its argument, logs at a level that its environment asks for. */
async function logOf(
  program: string,
  level?: string,
  options: FixtureOptions = {},
): Promise<Line[]> {
  const env = level === undefined ? undefined : { MULTIPROCESSING_LOG: level };
  const run = await runFixture(program, { env, ...options });
  assertEquals(run.code, 0, run.stderr);
  return run.stderr.split("\n").filter((it) => it !== "").map(partsOf);
}

function partsOf(line: string): Line {
  const [, level, pid, who, message] = line.match(LINE) ?? [];
  assert(message !== undefined, `${line} is no line of a log`);
  return { level, pid, who, message };
}

/** Lines by who has logged them: two processes may overtake each other. */
function byWho(lines: Line[]): Line[] {
  return lines.toSorted((a, b) => a.who < b.who ? -1 : a.who > b.who ? 1 : 0);
}

/** Lines without what differs from run to run. */
function told(lines: Line[]): string[] {
  return lines.map(({ level, who, message }) =>
    `${level} ${who}: ${message.replaceAll(/\d{2,}|file:\S*\//g, "N")}`
  );
}

Deno.test("the log says what starts, ends and dies, from all sides", async () => {
  const lines = byWho(await logOf("logs.ts children", "info"));
  assertEquals(told(lines), [
    "info MainProcess: started Process-1 (pid N)",
    "info MainProcess: Process-1 (pid N) has ended with exit code 0",
    "info MainProcess: started Thread-1",
    "info MainProcess: Thread-1 has ended with exit code 0",
    "info MainProcess: started Process-2 (pid N)",
    "warn MainProcess: Process-2 (pid N) was ended by SIGKILL",
    "info MainProcess/Thread-1: begins to run nothing",
    "info Process-1: begins to run nothing",
    "info Process-1: ends with exit code 0",
    "info Process-2: begins to run kill",
  ]);
  const [{ pid, message }] = lines;
  const childPid = lines.find(({ who }) => who === "Process-1")?.pid;
  assertEquals(message, `started Process-1 (pid ${childPid})`);
  assert(
    lines.filter(({ who }) => who.startsWith("Main"))
      .every((line) => line.pid === pid),
  );
});

Deno.test("the log tells what was cleared up from debug on", async () => {
  const lines = await logOf("logs.ts dying", "debug");
  const cleared = lines.filter(({ message }) => message.startsWith("cleared"));
  const by = IS_FFI_DENIED
    ? ["MainProcess/hub", "MainProcess/hub"]
    : ["Process-1", "MainProcess"];
  const expected = ["Process-1:1", "Process-1"].map((name, n) => {
    const { pid } = lines.find(({ who }) => who === name)!;
    return `${by[n]}: cleared up after one of pid ${pid}: it held 1 objects`;
  });
  assertEquals(cleared.map((it) => `${it.who}: ${it.message}`), expected);
});

Deno.test("the log has only what its level lets through", async () => {
  assertEquals(told(await logOf("logs.ts children", "warn")), [
    "warn MainProcess: Process-2 (pid N) was ended by SIGKILL",
  ]);
  assertEquals(await logOf("logs.ts children", "error"), []);
});

Deno.test("the log tells the exit code of a child that fails", async () => {
  const { stderr } = await runFixture("logs.ts failing", {
    env: { MULTIPROCESSING_LOG: "info" },
  });
  const lines = stderr.split("\n").filter((it) => LINE.test(it)).map(partsOf);
  assertEquals(told(byWho(lines)), [
    "info MainProcess: started Process-1 (pid N)",
    "info MainProcess: Process-1 (pid N) has ended with exit code 1",
    "info Process-1: begins to run fail",
    "info Process-1: ends with exit code 1",
  ]);
});

Deno.test("the log tells what has ended a child, and warns of no end that it may hear of", async () => {
  const lines = told(await logOf("logs.ts stopped", "info"))
    .filter((it) => it.includes(" was ended by "));
  assertEquals(lines, [
    "info MainProcess: Process-1 (pid N) was ended by SIGTERM",
    "info MainProcess: Process-2 (pid N) was ended by SIGINT",
    "warn MainProcess: Process-3 (pid N) was ended by SIGKILL",
  ]);
});

Deno.test("the log is off unless somebody asks for it", async () => {
  for (const level of [undefined, "", "off", "OFF"]) {
    assertEquals(await logOf("logs.ts children", level), []);
  }
});

Deno.test("the log takes a level that it does not know for info", async () => {
  const lines = told(await logOf("logs.ts children", "1"));
  assert(lines.includes("info MainProcess: started Process-1 (pid N)"));
  assert(lines.every((it) => !it.startsWith("debug")));
});

Deno.test("the log is off for a program that may not read its environment", async () => {
  const permissions = ["--allow-run", "--allow-read", ...SHARING_FLAGS];
  assertEquals(await logOf("logs.ts children", "debug", { permissions }), []);
  const own = [...permissions, "--allow-env=MULTIPROCESSING_LOG"];
  const lines = await logOf("logs.ts children", "debug", { permissions: own });
  assertEquals(lines[0].who, "MainProcess");
});

Deno.test("logToStderr() holds for those who are started from then on", async () => {
  assertEquals(told(byWho(await logOf("logs.ts called"))), [
    "info MainProcess: two lines are one",
    "info MainProcess: started Process-1 (pid N)",
    "info MainProcess: Process-1 (pid N) has ended with exit code 0",
    "info Process-1: begins to run startAnother",
    "info Process-1: started Process-1:1 (pid N)",
    "info Process-1: Process-1:1 (pid N) has ended with exit code 0",
    "info Process-1: ends with exit code 0",
    "info Process-1:1: begins to run say",
    "info Process-1:1: from the grandchild",
    "info Process-1:1: ends with exit code 0",
  ]);
});

Deno.test("the log can be that of one child, by its env", async () => {
  assertEquals(told(await logOf("logs.ts ofOne")), [
    "info Process-2: begins to run say",
    "info Process-2: told",
    "info Process-2: ends with exit code 0",
  ]);
});

/** Checks what a process says of these waits, without their lengths. */
async function assertWaits(
  program: string,
  expected: Record<string, string[]>,
): Promise<void> {
  const permissions = ["--allow-all"];
  const lines = await logOf(program, "debug", { permissions });
  // Who waits says so, and nobody for others.
  const ofHub = lines.filter(({ who }) => who === "MainProcess/hub");
  assert(!ofHub.some(({ message }) => message.startsWith("waits to ")));
  for (const [name, waits] of Object.entries(expected)) {
    const said = lines.filter(({ who }) => who === name)
      .map(({ message }) => message.replace(/\d+\.\d s$/, "N s"));
    assertEquals(said.filter((it) => waits.includes(it)), waits);
  }
}

/** The lines of a wait that ends, and of one that is given up. */
const ends = (
  doing: string,
) => [`waits to ${doing}`, `no longer waits to ${doing}, after N s`];
const givenUp = (
  doing: string,
) => [`waits to ${doing}`, `gave up to ${doing}, after N s`];

Deno.test("the log tells of waits that last, when they do and when they are over", async () => {
  const [get, getSync] = IS_FFI_DENIED
    ? ["call Queue.get()", "call Queue.getSync()"]
    : ["get from queue", "get from queue"];
  await assertWaits("logs.ts waiting", {
    "Process-1": ends(get),
    "Process-2": ends(getSync),
    "Process-3": ends("go on with one of many"),
  });
});

Deno.test("the log tells of no wait that is short", async () => {
  assertEquals(told(await logOf("logs.ts hasty", "debug")), [
    "info MainProcess: begins",
  ]);
});

Deno.test("the log tells of waits of a process for what is not its own", async () => {
  const [get, wait] = IS_FFI_DENIED
    ? ["call Queue.get()", "call Event.wait()"]
    : ["get from queue", "wait for event"];
  await assertWaits("log_waits.ts client", {
    "Process-1": [
      ...ends(get),
      ...givenUp(wait),
      ...ends("go on with one of many"),
    ],
  });
});

Deno.test("the log tells of waits for what a manager has", async () => {
  const doing = "call get() of QueueProxy";
  await assertWaits("log_waits.ts managed", {
    MainProcess: [...ends(doing), ...givenUp(doing)],
  });
});

Deno.test("the log tells of waits for the end of a process", async () => {
  const doing = "join Process-1";
  await assertWaits("log_waits.ts join", {
    MainProcess: [...givenUp(doing), ...ends(doing)],
  });
});

Deno.test("the log tells of waits for results, room and the end of a pool", async () => {
  const doing = "get result";
  await assertWaits("log_waits.ts pool", {
    MainProcess: [
      ...givenUp(doing),
      ...ends(doing),
      ...ends(doing),
      ...ends("join pool"),
    ],
  });
  await assertWaits("log_waits.ts room", {
    MainProcess: ends("get room in pool"),
  });
});

Deno.test("the log tells of a worker that has nothing to do", async () => {
  const permissions = ["--allow-all"];
  const lines = await logOf("log_waits.ts idle", "debug", { permissions });
  assert(lines.some(({ who, message }) =>
    who === "PoolWorker-1" &&
    message.startsWith("no longer waits to get a task, ")
  ));
});

Deno.test("the log tells of waits for a connection", async () => {
  const doing = "accept connection";
  await assertWaits("log_waits.ts accept", {
    MainProcess: [...givenUp(doing), ...ends(doing)],
  });
});

Deno.test("the log tells what a pool begins again, and what it stops", async () => {
  const lines = told(await logOf("logs.ts pool", "debug"))
    .filter((it) => it.includes(" MainProcess: "));
  for (
    const line of [
      "warn MainProcess: PoolWorker-1 has died in the midst",
      "warn MainProcess: begins task kill again, as PoolWorker-1 has died; 0 more times at most",
      "info MainProcess: stops PoolWorker-3 in an inline function: " +
      "TimeoutError: Cannot finish an inline function: it ran for more than N ms",
      "warn MainProcess: increment has not begun after N ms: PoolWorker-4 starts, or loads its module; its timeout counts from when it begins",
    ]
  ) assert(lines.includes(line), `${line} is not among\n${lines.join("\n")}`);
});

Deno.test("the log tells who has been let in, and who has not", async () => {
  const permissions = ["--allow-all"];
  const lines = told(
    await logOf("logs.ts strangers", "debug", { permissions }),
  );
  assertMatch(lines[0], /^info MainProcess: listens on /);
  assertMatch(lines[1], /^warn MainProcess: Cannot accept connection.*: /);
  assertMatch(lines[2], /^debug MainProcess: accepted connection/);
  assertEquals(lines.length, 3);
});

Deno.test("the log does not break a program that has lost its error output", async () => {
  const { code, stdout } = await runFixture("logs.ts unwritable", {
    env: { MULTIPROCESSING_LOG: "debug" },
  });
  assertEquals({ code, stdout }, { code: 0, stdout: "0\n" });
});

Deno.test("logToStderr() gives the log, and refuses what is no level", () => {
  assertEquals(getLogger().level, "off");
  const log = logToStderr("error");
  assertEquals(log, getLogger());
  assertEquals(log.level, "error");
  assertThrows(
    () => logToStderr("loud" as LogLevel),
    TypeError,
    'Cannot log: "loud" is none of debug, info, warn, error, off',
  );
  assertThrows(
    () => logToStderr(1n as never),
    TypeError,
    "Cannot log: 1 is none of debug, info, warn, error, off",
  );
  assertEquals(logToStderr("off").level, "off");
});
