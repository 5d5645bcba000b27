import { assertEquals } from "@std/assert";
import { parseCommandLine } from "../../../_internal/launch/command_line.ts";

function parse(line: string) {
  const { subcommand, flags, script } = parseCommandLine(line.split(" "));
  const written = flags.map(({ name, value }) =>
    value === undefined ? name : `${name}=${value}`
  );
  return { subcommand, script, flags: written.join(" ") };
}

Deno.test("parseCommandLine() stops at the script", () => {
  assertEquals(parse("deno run -A main.ts --seed 5 -q"), {
    subcommand: "run",
    script: "main.ts",
    flags: "allow-all",
  });
});

Deno.test("parseCommandLine() takes a missing subcommand for run", () => {
  assertEquals(parse("deno -A main.ts run"), {
    subcommand: "run",
    script: "main.ts",
    flags: "allow-all",
  });
  assertEquals(parse("/usr/bin/deno main.ts").script, "main.ts");
  assertEquals(parse("deno -A run main.ts").script, "run");
  assertEquals(parse("deno watch main.ts").subcommand, "run");
});

Deno.test("parseCommandLine() passes over global flags before the subcommand", () => {
  assertEquals(parse("deno -q -L debug --log-level=info test -A a_test.ts"), {
    subcommand: "test",
    script: "a_test.ts",
    flags: "quiet log-level=debug log-level=info allow-all",
  });
});

Deno.test("parseCommandLine() goes on after the files of a test, up to --", () => {
  assertEquals(parse("deno test a.ts --allow-read b.ts -c x.json -- -A"), {
    subcommand: "test",
    script: "a.ts",
    flags: "allow-read config=x.json",
  });
});

Deno.test("parseCommandLine() gives the next argument to flags that take it", () => {
  assertEquals(
    parse(
      "deno run --config a.json --seed 5 --lock l.lock --conditions a,b --preload p.ts m.ts",
    ).flags,
    "config=a.json seed=5 lock=l.lock conditions=a,b preload=p.ts",
  );
  assertEquals(parse("deno run --lock -A m.ts").flags, "lock allow-all");
  assertEquals(
    parse("deno run --allow-read --v8-flags --vendor --reload m.ts").script,
    "m.ts",
  );
});

Deno.test("parseCommandLine() takes combined short flags apart", () => {
  assertEquals(
    parse("deno run -qRNc x.json m.ts").flags,
    "quiet allow-read allow-net config=x.json",
  );
  assertEquals(
    parse("deno run -cx.json -c=y.json m.ts").flags,
    "config=x.json config=y.json",
  );
  assertEquals(
    parse("deno run -R=/a,/b -W/c -rA m.ts").flags,
    "allow-read=/a,/b allow-write=/c reload allow-all",
  );
  assertEquals(
    parse("deno run -P -Pwide -PN m.ts").flags,
    "permission-set permission-set=wide permission-set allow-net",
  );
  assertEquals(parse("deno serve -tA m.ts").flags, "tunnel allow-all");
  assertEquals(parse("deno run - a").script, "-");
});

Deno.test("parseCommandLine() understands a line without a script", () => {
  assertEquals(parse("deno"), {
    subcommand: "run",
    script: undefined,
    flags: "",
  });
  assertEquals(parse("deno repl -A").subcommand, "repl");
  assertEquals(parse("deno run --seed").flags, "seed");
});
