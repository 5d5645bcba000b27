// Programs however Deno is told to run them, each of which starts processes, threads and pools.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { ROOT } from "../../scripts/std_source.ts";
import { TempFiles } from "../_internal/launch/run_deno.ts";
import {
  type ProgramOptions,
  RunningProgram,
  runProgram,
} from "../run_program.ts";
import { until } from "../until.ts";

const EVERYTHING = await Deno.readTextFile(
  new URL("../fixtures/anywhere/everything.ts", import.meta.url),
);
const SAID =
  "Process-1 0 exported, Process-2 0 inline, Thread-1 0 exported, Thread-2 0 inline, 42, 63, 42, 63";
const CALL = "if (import.meta.main) console.log(await all());";
const FLAGS = ["-A", "--no-check", "--no-lock"];

/** A program that does everything, by a library at some address. */
function program(call: string, library = ROOT.href): string {
  const text = EVERYTHING.replace(
    "@parallel/multiprocessing",
    `${library}mod.ts`,
  );
  return `${text}\n${call}\n`;
}

/** What a command prints, which must succeed. */
async function saidBy(
  [subcommand, ...args]: string[],
  options: ProgramOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await runProgram(
    `deno ${subcommand}`,
    [subcommand, ...subcommand === "task" ? [] : FLAGS, ...args],
    { timeout: 120, ...options },
  );
  assertEquals(code, 0, `${stdout}\n${stderr}`);
  return stdout.trim();
}

Deno.test("deno run: from any directory, and from standard input", async () => {
  using files = new TempFiles({ "main.ts": program(CALL) });
  assertEquals(
    await Promise.all([
      saidBy(["run", `..${files.path("main.ts")}`], { cwd: "/tmp" }),
      saidBy(["run", "-"], { stdin: program(CALL), cwd: files.directory }),
    ]),
    [SAID, SAID],
  );
});

Deno.test("deno task", async () => {
  using files = new TempFiles({
    "main.ts": program(CALL),
    "deno.json": JSON.stringify({
      tasks: { go: `deno run ${FLAGS.join(" ")} main.ts` },
    }),
  });
  assertEquals(
    await saidBy(["task", "--quiet", "go"], { cwd: files.directory }),
    SAID,
  );
});

Deno.test("deno test and deno bench, and a test may do no more than it says", async () => {
  const write =
    `async () => Deno.writeTextFileSync(Deno.env.get("SAID")!, await all())`;
  const limited = `
const permissions = { read: true, run: true } as const;
Deno.test({ name: "limited", permissions, async fn() {
  const child = new Process({ target: () => {
    for (const name of ["read", "run"] as const) {
      if (Deno.permissions.querySync({ name }).state !== "granted") Deno.exit(1);
    }
    for (const name of ["write", "net", "env", "sys", "ffi"] as const) {
      if (Deno.permissions.querySync({ name }).state === "granted") Deno.exit(2);
    }
  } });
  child.start();
  const code = await child.join();
  if (code !== 0) throw new Error("exit code " + code);
} });
Deno.test({ name: "nothing", permissions: "none", fn() {
  try {
    new Process().start();
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return;
  }
  throw new Error("it started");
} });`;
  using files = new TempFiles({
    "all_test.ts": program(`Deno.test("all", ${write});${limited}`),
    "all_bench.ts": program(
      `let once: Promise<void>; const write = ${write};
      Deno.bench({ name: "all", n: 1, warmup: 0, async fn() { await (once ??= write()); } });`,
    ),
  });
  const said = async (subcommand: string) => {
    const file = files.path(`${subcommand}_said`);
    await saidBy([subcommand, files.path(`all_${subcommand}.ts`)], {
      env: { SAID: file },
    });
    return Deno.readTextFileSync(file);
  };
  assertEquals(await Promise.all([said("test"), said("bench")]), [SAID, SAID]);
});

/** Functions that only the program itself has. */
const OF_ITS_OWN = `
const base = 5;
function addBase(n) { return n + base; }
class Own extends Process { run() {} }
const say = (error) => console.log(String(error).split(";")[0]);
{ await using pool = new Pool(1); await pool.apply(addBase, [1]).catch(say); }
const own = new Own({ stderr: "piped" });
own.start();
say((await new Response(own.stderr).text()).split("\\n")[1]);
console.log(await own.join());`;
const REFUSED =
  `ReferenceError: base is not defined: "addBase" runs without the variables around it, because the program is no module that others can import
TypeError: Cannot find class "Own": the program is no module that others can import
1`;

Deno.test("deno eval and deno repl, whose own functions cannot be found by others", async () => {
  const source = program(`console.log(await all());${OF_ITS_OWN}`);
  const [evaluated, repl] = await Promise.all([
    saidBy(["eval", source]),
    saidBy(["repl", "--quiet", `--eval=${source}`]),
  ]);
  assertEquals(evaluated, `${SAID}\n${REFUSED}`);
  assertStringIncludes(repl, `${SAID}\n${REFUSED}`);
});

Deno.test("deno run --watch ends what the program has started before it starts it again", async () => {
  const main = (round: number) =>
    program(`export const hang = () => { setInterval(() => {}, 1_000); };
if (import.meta.main) {
  const pool = new Pool(1);
  await pool.apply(double, [1]);
  const daemon = new Process({ target: hang, daemon: true });
  const thread = new Thread({ target: hang });
  daemon.start();
  thread.start();
  console.log("round ${round}");
  hang();
}`);
  using files = new TempFiles({ "main.ts": main(1) });
  await using watched = new RunningProgram("deno run --watch", [
    "run",
    ...FLAGS,
    "--watch",
    files.path("main.ts"),
  ], { timeout: 120 });
  await watched.printed("round 1");
  const first = watched.processes();
  assertEquals(first.length, 3);
  files.write("main.ts", main(2));
  await watched.printed("round 2");
  const isOld = (pid: number) => pid !== watched.pid && first.includes(pid);
  await until(
    () => !watched.processes().some(isOld),
    "what was started before has ended",
  );
  assertEquals(watched.processes().length, 3);
  watched.signal("SIGINT");
  await watched.ended();
});

Deno.test("deno run of a URL, by a library from there, without --allow-ffi", async () => {
  // Nothing is in the cache yet, and this one blocks as soon as it has started a thread.
  const blocks = `
const first = new Queue<string>();
if (import.meta.main) {
  const thread = new Thread({ target: (q: Queue<string>) => q.put("not blocked"), args: [first] });
  thread.start();
  console.log(first.getSync({ timeout: 20_000 }));
  await thread.join();
}`;
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async ({ url }) => {
      const { pathname, origin } = new URL(url);
      const body = pathname === "/main.ts"
        ? program(blocks + CALL, `${origin}/`)
        : await Deno.readTextFile(new URL(pathname.slice(1), ROOT));
      return new Response(body, {
        headers: { "content-type": "text/typescript" },
      });
    },
  );
  const host = `127.0.0.1:${server.addr.port}`;
  using files = new TempFiles({});
  const { stdout, stderr, code } = await runProgram("a URL", [
    "run",
    "--quiet",
    "--no-prompt",
    `--allow-run=${Deno.execPath()}`,
    "--allow-net=127.0.0.1",
    `--allow-import=${host}`,
    `http://${host}/main.ts`,
  ], { cwd: "/", env: { DENO_DIR: files.path("cache") }, timeout: 120 });
  assertEquals([stderr, code], ["", 0]);
  const said = SAID.replaceAll(/Thread-(\d)/g, (_, n) => `Thread-${+n + 1}`);
  assertEquals(stdout, `not blocked\n${said}\n`);
});
