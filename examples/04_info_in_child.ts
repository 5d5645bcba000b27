// The same questions as in example 3, asked once by the main program and once by a child.
//
// The child's parent is the main program. The module is the same file in both, but only in the
// main program is `import.meta.main` true.
//
// Permissions: --allow-run.

import { currentProcess, Process } from "@parallel/multiprocessing";

export function info(title: string) {
  console.log(title);
  console.log("module:", import.meta.url, "main:", import.meta.main);
  console.log("parent process:", Deno.ppid);
  console.log("process id:", currentProcess().pid);
}

export function f(name: string) {
  info("function f");
  console.log("hello", name);
}

if (import.meta.main) {
  info("main process line");
  const process = new Process({ target: f, args: ["bob"] });
  process.start();
  await process.join();
}
