// What a client of a hub knows of the ends of others. The argument says which; run
// without shared memory. Prints what came of it.

import { joinHub } from "../../../_internal/hub/client.ts";
import { expectChild, type HubOffer } from "../../../_internal/hub/mod.ts";
import { Lane, openIntake, openOutbox } from "../../../_internal/lanes/mod.ts";
import { widestMemory } from "../../../_internal/memory/mod.ts";
import { contentsOf } from "../../../pool/_messages.ts";
import { Process } from "../../../process/mod.ts";
import { Queue } from "../../../queue/mod.ts";
import { Lock } from "../../../sync/mod.ts";

/** An intake catches up with all that has been sent, whatever is asked meanwhile. */
export async function caughtUp(_: Queue<number>) {
  const lane = new Lane(widestMemory());
  const outbox = openOutbox(lane);
  let taken = 0;
  let unordered = 0;
  let isExpecting = false;
  const intake = openIntake(lane, {
    expects: () => isExpecting,
    take(message) {
      const [n] = new Int32Array(message.slice(0, 4).buffer);
      if (n !== taken++) unordered++;
    },
    taken() {},
  });
  let sent = 0;
  const send = (count: number, size: number) => {
    for (let n = 0; n < count; n++) {
      const bytes = new Uint8Array(size);
      new Int32Array(bytes.buffer)[0] = sent++;
      outbox.send(contentsOf(bytes), []);
    }
  };
  // Before anything is expected, and while it waits for the next.
  for (const [count, size] of [[1_000, 4], [20, 100_000], [3, 8], [0, 0]]) {
    send(count, size);
    const first = intake.catchUp();
    send(5, 40_000);
    const second = intake.catchUp();
    await first;
    const isEnough = taken >= sent - 5;
    await second;
    console.log("caught up", isEnough, taken === sent);
    isExpecting = true;
    intake.update();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  send(7, 4);
  await Promise.all([intake.end(), intake.catchUp()]);
  await intake.catchUp();
  console.log("end", taken === sent, "unordered", unordered);
}

/** Comes to the hub by what it is told, and waits until it is cut off. */
export async function comeTo(offer: HubOffer) {
  await joinHub(offer);
  const [lock, other] = [new Lock(), new Lock()];
  using _guard = await lock.acquire();
  console.log("has come");
  using _others = await other.acquire();
  await other.acquire().catch((error) => console.log(error.message));
}

/** One that is said to have ended, and has not, keeps nobody waiting. */
export async function cutOff(queue: Queue<number>) {
  const { offer, ended } = expectChild("process", [queue], true);
  const child = new Process({ target: comeTo, args: [offer], stdout: "piped" });
  child.start();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  console.log((await lines.read()).value?.trim());
  await ended();
  console.log((await lines.read()).value?.trim());
  await child.join();
}

const roles: Record<string, (queue: Queue<number>) => Promise<void>> = {
  caughtUp,
  cutOff,
};

if (import.meta.main) {
  const child = new Process({
    target: roles[Deno.args[0]],
    // It is a client as it is handed something.
    args: [new Queue<number>()],
  });
  child.start();
  console.log("exit code", await child.join());
}
