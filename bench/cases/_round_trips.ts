// What the cases share that send a small message to another process, which sends it back: by a pipe,
// awaited and not, and by a bare Unix socket between two Deno processes, without this library.

import { type Connection, Pipe, Process } from "@parallel/multiprocessing";
import { writeAll } from "./_write_all.ts";

export type Message = (number | string | null)[] | null;

/** Sends a message and takes it back. */
export type Trip = () => void | Promise<void>;

const MESSAGE: Message = [42, null, "hello"];
const BYTES = new TextEncoder().encode(JSON.stringify(MESSAGE));

export async function echo(connection: Connection<Message>) {
  let message;
  while ((message = await connection.recv()) !== null) {
    await connection.send(message);
  }
}

export function echoSync(connection: Connection<Message>) {
  let message;
  while ((message = connection.recvSync()) !== null) {
    connection.sendSync(message);
  }
}

/** Gives a trip through a pipe to a process that answers, `await`ed on both sides. */
export function overPipe(
  measure: (trip: Trip) => Promise<number[]>,
): Promise<number[]> {
  return withEcho(echo, (here) =>
    measure(async () => {
      await here.send(MESSAGE);
      await here.recv();
    }));
}

/** Gives a trip that blocks, on both sides. */
export function overPipeSync(
  measure: (trip: Trip) => Promise<number[]>,
): Promise<number[]> {
  return withEcho(echoSync, (here) =>
    measure(() => {
      here.sendSync(MESSAGE);
      here.recvSync();
    }));
}

/** Gives a trip through a Unix socket, of the same message as text. */
export async function overSocket(
  measure: (trip: Trip) => Promise<number[]>,
): Promise<number[]> {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/socket`;
  using listener = Deno.listen({ transport: "unix", path });
  const program = new URL("_socket_echo.ts", import.meta.url).href;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--quiet", "--no-lock", program, path],
    stdin: "null",
  }).spawn();
  const connection = await listener.accept();
  const answer = new Uint8Array(BYTES.length);
  const samples = await measure(async () => {
    await writeAll(connection, BYTES);
    for (let length = 0; length < answer.length;) {
      const read = await connection.read(answer.subarray(length));
      if (read === null) throw new Error("the other process has ended");
      length += read;
    }
  });
  connection.close();
  await child.status;
  await Deno.remove(folder, { recursive: true });
  return samples;
}

async function withEcho(
  target: (connection: Connection<Message>) => void | Promise<void>,
  measure: (here: Connection<Message>) => Promise<number[]>,
): Promise<number[]> {
  const [here, there] = new Pipe<Message>();
  const process = new Process({ target, args: [there], daemon: true });
  process.start();
  const samples = await measure(here);
  await here.send(null);
  await process.join();
  return samples;
}
