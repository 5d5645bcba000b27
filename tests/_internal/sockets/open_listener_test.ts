import { assertRejects, assertThrows } from "@std/assert";
import { openListener } from "../../../_internal/sockets/open_listener.ts";
import { leaveNothing } from "../../handles/leave_nothing.ts";

leaveNothing();

Deno.test("openListener() does not listen on if the file of its socket has gone at once", async () => {
  const folder = Deno.makeTempDirSync();
  const path = `${folder}/socket`;
  const moved = `${folder}/moved`;
  const { lstatSync } = Deno;
  Deno.lstatSync = (at) => {
    Deno.renameSync(path, moved);
    return lstatSync(at);
  };
  try {
    assertThrows(() => openListener(path), Deno.errors.NotFound);
  } finally {
    Deno.lstatSync = lstatSync;
  }
  await assertRejects(
    () => Deno.connect({ transport: "unix", path: moved }),
    Deno.errors.ConnectionRefused,
  );
  Deno.removeSync(folder, { recursive: true });
});
