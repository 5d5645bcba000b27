import { assertEquals, assertMatch } from "@std/assert";
import { openListener } from "../../../_internal/sockets/open_listener.ts";
import {
  folderAddress,
  mayListenPrivately,
  privateAddress,
  sweepFolders,
} from "../../../_internal/sockets/private_address.ts";
import { leaveNothing } from "../../handles/leave_nothing.ts";

leaveNothing();

Deno.test("folderAddress() is a socket in a folder that only this user may enter", () => {
  const { address, remove } = folderAddress();
  const folder = String(address).slice(0, -"/socket".length);
  assertEquals(Deno.statSync(folder).mode! & 0o777, 0o700);
  openListener(address).close();
  remove?.();
});

Deno.test("folderAddress() can be closed after its folder has gone", () => {
  const { address, remove } = folderAddress();
  Deno.removeSync(String(address).slice(0, -"/socket".length));
  remove?.();
});

Deno.test("sweepFolders() removes what killed programs have left, and no more", async () => {
  const parent = Deno.makeTempDirSync();
  const make = (name: string) => {
    const folder = `${parent}/multiprocessing-socket-${name}`;
    Deno.mkdirSync(folder);
    return folder;
  };
  const [own, dead, alive, empty] = ["own", "dead", "alive", "empty"].map(make);
  Deno.mkdirSync(`${parent}/other`);
  const opened = Deno.listen({ transport: "unix", path: `${dead}/socket` });
  // As it is when nobody could remove the file.
  Deno.renameSync(`${dead}/socket`, `${dead}/moved`);
  opened.close();
  Deno.renameSync(`${dead}/moved`, `${dead}/socket`);
  using _listener = Deno.listen({
    transport: "unix",
    path: `${alive}/socket`,
  });
  await sweepFolders(own);
  const left = Array.from(Deno.readDirSync(parent), ({ name }) => name);
  assertEquals(
    left.toSorted(),
    [alive, empty, own].map((it) => it.slice(parent.length + 1)).concat("other")
      .toSorted(),
  );
  Deno.removeSync(parent, { recursive: true });
});

Deno.test("privateAddress() is another one each time", () => {
  const addresses = Array.from({ length: 100 }, () => privateAddress().address);
  assertEquals(new Set(addresses).size, 100);
});

Deno.test("privateAddress() is what each system has: a name, a folder, a port", () => {
  assertMatch(String(privateAddress("linux").address), /^\0multiprocessing-/);
  const { address, remove } = privateAddress("darwin");
  assertMatch(String(address), /\/multiprocessing-socket-[^/]+\/socket$/);
  remove?.();
  assertEquals(privateAddress("windows").address, {
    hostname: "127.0.0.1",
    port: 0,
  });
});

Deno.test("mayListenPrivately() says where that takes more than a port", () => {
  assertEquals(
    (["linux", "darwin", "windows"] as const).map((os) =>
      mayListenPrivately(os)
    ),
    [true, true, false],
  );
});
