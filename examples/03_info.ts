// The main program says where it runs: which module, which process, and who started it.
//
// The parent is the shell you typed the command into. Example 4 asks the same in a child.
//
// Permissions: none.

import { currentProcess } from "@parallel/multiprocessing";

export function info(title: string) {
  console.log(title);
  console.log("module:", import.meta.url, "main:", import.meta.main);
  console.log("parent process:", Deno.ppid);
  console.log("process id:", currentProcess().pid);
}

if (import.meta.main) info("main process line");
