// After CPython's TestCloseFds.

import { assert, assertEquals } from "@std/assert";
import { Pipe } from "../../pipe/mod.ts";
import { fromModule } from "../../process/mod.ts";
import { openFiles } from "../system_files.ts";
import {
  leaveNothingBehind,
  LONG,
  startProcess,
  testProcesses,
} from "./backends.ts";

leaveNothingBehind();

type OpenFiles = typeof import("../fixtures/process/open_files.ts");
const OPEN_FILES = new URL(
  "../fixtures/process/open_files.ts",
  import.meta.url,
);

function openSockets(): string[] {
  return openFiles().filter((link) => link.startsWith("socket:"));
}

testProcesses(
  "Process does not inherit the sockets and files of its parent",
  async () => {
    // By its first look the runtime may open what it needs to run others.
    openSockets();
    const before = openSockets();
    using _listener = Deno.listen({ port: 0 });
    const opened = openSockets().filter((it) => !before.includes(it));
    assertEquals(opened.length, 1);
    using file = Deno.openSync(new URL(import.meta.url));
    const [reader, writer] = new Pipe<string[]>({ duplex: false });
    const sendOpenFiles = fromModule<OpenFiles["sendOpenFiles"]>(
      OPEN_FILES,
      "sendOpenFiles",
    );
    const child = startProcess(sendOpenFiles, writer);
    const links = await reader.recv(LONG);
    assert(links.length > 0);
    const path = new URL(import.meta.url).pathname;
    assertEquals(links.filter((it) => it === path || it === opened[0]), []);
    assert(file.statSync().isFile);
    await child.join();
  },
);
