// After CPython's TestCloseFds.

import { assert, assertEquals } from "@std/assert";
import { Pipe } from "../../pipe/mod.ts";
import { sendOpenFiles } from "../fixtures/process/open_files.ts";
import { openFiles } from "../system_files.ts";
import {
  leaveNothingBehind,
  LONG,
  startProcess,
  testProcesses,
} from "./backends.ts";

leaveNothingBehind();

function openSockets(): string[] {
  return openFiles().filter((link) => link.startsWith("socket:"));
}

testProcesses(
  "Process does not inherit the sockets and files of its parent",
  async () => {
    const before = openSockets();
    using _listener = Deno.listen({ port: 0 });
    const opened = openSockets().filter((it) => !before.includes(it));
    assertEquals(opened.length, 1);
    using file = Deno.openSync(new URL(import.meta.url));
    const [reader, writer] = new Pipe<string[]>({ duplex: false });
    const child = startProcess(sendOpenFiles, writer);
    const links = await reader.recv(LONG);
    assert(links.length > 0);
    const path = new URL(import.meta.url).pathname;
    assertEquals(links.filter((it) => it === path || it === opened[0]), []);
    assert(file.statSync().isFile);
    await child.join();
  },
);
