import { assertEquals, assertThrows } from "@std/assert";
import { openListener } from "../../../_internal/sockets/open_listener.ts";
import { removeStaleSocket } from "../../../_internal/sockets/stale_socket.ts";
import { leaveNothing } from "../../handles/leave_nothing.ts";

leaveNothing({ threads: true });

/** Calls with the path of a socket in a folder that is to be as it was afterwards. */
async function inFolder(
  run: (path: string, names: () => string[]) => void | Promise<void>,
): Promise<void> {
  const folder = Deno.makeTempDirSync();
  const names = () => Array.from(Deno.readDirSync(folder), ({ name }) => name);
  await run(`${folder}/socket`, names);
  Deno.removeSync(folder, { recursive: true });
}

/** Leaves what a killed program leaves. */
function leaveSocket(path: string): void {
  const listener = Deno.listen({ transport: "unix", path });
  Deno.renameSync(path, `${path}.moved`);
  listener.close();
  Deno.renameSync(`${path}.moved`, path);
}

Deno.test("removeStaleSocket() removes a socket only if nobody listens there", () =>
  inFolder((path, names) => {
    leaveSocket(path);
    removeStaleSocket(path);
    assertEquals(names(), []);
    removeStaleSocket(path);
    Deno.writeTextFileSync(path, "a file");
    removeStaleSocket(path);
    assertEquals(Deno.readTextFileSync(path), "a file");
    Deno.removeSync(path);
    using _listener = Deno.listen({ transport: "unix", path });
    removeStaleSocket(path);
    assertEquals(names(), ["socket"]);
  }));

Deno.test("removeStaleSocket() puts back what somebody else has just put there", () =>
  inFolder(async (path, names) => {
    leaveSocket(path);
    const { renameSync } = Deno;
    let listener: Deno.UnixListener | undefined;
    Deno.renameSync = (from, to) => {
      Deno.removeSync(path);
      listener = Deno.listen({ transport: "unix", path });
      renameSync(from, to);
    };
    try {
      removeStaleSocket(path);
    } finally {
      Deno.renameSync = renameSync;
    }
    assertEquals(names(), ["socket"]);
    const accepted = listener!.accept();
    (await Deno.connect({ transport: "unix", path })).close();
    (await accepted).close();
    listener!.close();
  }));

Deno.test("removeStaleSocket() waits for who does the same, not for ever", () =>
  inFolder((path, names) => {
    leaveSocket(path);
    using folder = Deno.openSync(path.slice(0, -"/socket".length));
    folder.lockSync(true);
    assertThrows(() => openListener(path), Deno.errors.AddrInUse);
    assertEquals(names(), ["socket"]);
    folder.unlockSync();
    openListener(path).close();
    assertEquals(names(), []);
  }));
