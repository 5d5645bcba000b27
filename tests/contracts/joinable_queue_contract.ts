import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Channel } from "../../_internal/channel/mod.ts";
import { bytesParcel, cargoOf } from "../../_internal/handles/mod.ts";
import { parkingOf } from "../../_internal/parking/mod.ts";
import {
  type JoinableQueue,
  Queue,
  QueueClosedError,
  type QueueOptions,
} from "../../queue/mod.ts";
import { checkInterruptions } from "./interruptions.ts";
import { checkWaits } from "./wait_contract.ts";

/** Makes a queue of the kind that is tested. */
export type CreateJoinableQueue = <T>(
  options?: QueueOptions,
) => JoinableQueue<T>;

const NONE = "Cannot mark task done: every item that was got is done already";

/** What a joinable queue does besides what every queue does. */
export function testJoinableQueue(
  name: string,
  create: CreateJoinableQueue,
): void {
  const test = (behaviour: string, run: () => void | Promise<void>) =>
    Deno.test(`${name} ${behaviour}`, run);

  test("is a queue, and joined while nothing has been put", async () => {
    const queue = create<number>({ maxSize: 3 });
    assert(queue instanceof Queue);
    assertEquals(queue.maxSize, 3);
    assert(queue.tryJoin());
    queue.joinSync();
    await queue.join();
    await queue.join({ timeout: 0 });
  });

  test("join() waits until each item is done, in whatever form it was got", async () => {
    const queue = create<number>();
    for (let n = 0; n < 5; n++) await queue.put(n);
    let joined = 0;
    const joins = Array.from({ length: 3 }, async () => {
      await queue.join();
      joined++;
    });
    const goOn = async () => {
      await isStillWaiting(queue, () => joined);
      queue.taskDone();
    };
    assertEquals(await queue.get(), 0);
    await goOn();
    assertEquals(queue.getSync(), 1);
    await goOn();
    assertEquals(queue.tryGet(), { ok: true, value: 2 });
    await goOn();
    for await (const n of queue) {
      await goOn();
      if (n === 4) break;
    }
    await Promise.all(joins);
    queue.joinSync();
    assert(queue.tryJoin());
  });

  test("takes the options of a wait, and is then as if it had not waited", async () => {
    const queue = create<number>();
    await queue.put(1);
    const waits = {
      doing: "join queue",
      wait: queue.join.bind(queue),
      waitSync: queue.joinSync.bind(queue),
    };
    await checkWaits(waits);
    await queue.get();
    await checkWaits(waits);
    queue.taskDone();
    await queue.join({ timeout: 0 });
    queue.joinSync({ timeout: -1 });
  });

  test("join() that gave up leaves the others waiting", async () => {
    const queue = create<number>();
    await queue.put(1);
    const controller = new AbortController();
    const late = assertRejects(() => queue.join({ timeout: 5 }), DOMException);
    const aborted = queue.join({ signal: controller.signal }).catch((it) => it);
    const next = queue.join();
    await late;
    controller.abort("enough");
    assertEquals(await aborted, "enough");
    await queue.get();
    queue.taskDone();
    await next;
  });

  test("taskDone() says when there is nothing to mark", async () => {
    const queue = create<number>();
    assertThrows(() => queue.taskDone(), Error, NONE);
    await queue.put(1);
    await queue.put(2);
    // What nobody has got yet is nobody's to mark.
    assertThrows(() => queue.taskDone(), Error, NONE);
    await queue.get();
    queue.taskDone();
    assertThrows(() => queue.taskDone(), Error, NONE);
    assertEquals(queue.tryJoin(), false);
    assertEquals(await queue.get(), 2);
    queue.taskDone();
    assert(queue.tryJoin());
  });

  test("counts nothing for a get that waits, fails, or gives up", async () => {
    const queue = create<number>();
    const got = queue.get();
    assert(queue.tryJoin());
    await assertRejects(() => queue.get({ timeout: 1 }), DOMException);
    assertThrows(() => queue.getSync({ timeout: 1 }), DOMException);
    assertEquals(queue.tryGet(), { ok: false });
    queue.joinSync({ timeout: 0 });
    await queue.put(1);
    assertEquals(await got, 1);
    assertEquals(queue.tryJoin(), false);
    queue.taskDone();
    await queue.join({ timeout: 0 });
  });

  test("does not join while a consumer puts more before it marks the old one done", async () => {
    const queue = create<number>();
    let done = 0;
    const consume = async () => {
      for await (const n of queue) {
        if (n > 0) await queue.put(n - 1);
        if (n > 5) await queue.put(n - 5);
        done++;
        queue.taskDone();
      }
    };
    const consumers = [consume(), consume(), consume()];
    await queue.put(20);
    await queue.join();
    assertEquals(done, weightOf(20));
    assert(queue.isEmpty());
    queue.close();
    await Promise.all(consumers);
  });

  test("is joined after close() when what was put has been done", async () => {
    const queue = create<number>();
    await queue.put(1);
    await queue.put(2);
    queue.close();
    await assertRejects(() => queue.put(3), QueueClosedError);
    const joined = queue.join();
    assertEquals(await queue.get(), 1);
    queue.taskDone();
    assertEquals([queue.tryJoin(), await queue.get()], [false, 2]);
    queue.taskDone();
    await joined;
    await assertRejects(() => queue.get(), QueueClosedError);
    assert(queue.tryJoin());
  });

  test("lets timers and signals through while it is always joined", async () => {
    const queue = create<number>();
    await checkInterruptions(async (goesOn) => {
      while (goesOn()) await queue.join();
    });
  });
}

/** The same where the test can put its hands on the memory of the queue, unlike at a hub. */
export function testJoinableQueueHere(
  name: string,
  create: CreateJoinableQueue,
): void {
  const test = (behaviour: string, run: () => void | Promise<void>) =>
    Deno.test(`${name} ${behaviour}`, run);

  test("is not joined while an item moves on just as it looks", async () => {
    const queue = create<string>();
    await queue.put("first");
    // Everybody is idle, then somebody takes what was in the channel.
    assertEquals(
      lookWhile(queue, (look) => {
        queue.getSync();
        return look();
      }),
      false,
    );
    // The channel is empty, then somebody fills it and is idle.
    assertEquals(
      lookWhile(queue, (look) => {
        const result = look();
        queue.putSync("second");
        queue.taskDone();
        return result;
      }),
      false,
    );
    queue.taskDone();
    assert(queue.tryJoin());
  });

  test("takes an item for done that cannot be read", async () => {
    const queue = create<unknown>();
    const [{ memory, cell }] = cargoOf([queue]);
    const channel = new Channel(parkingOf(memory), cell);
    channel.tryPut(bytesParcel(new Uint8Array([255, 255, 255])), () => {});
    assertEquals(queue.tryJoin(), false);
    await assertRejects(() => queue.get());
    assertThrows(() => queue.taskDone(), Error, NONE);
    await queue.join({ timeout: 0 });
  });
}

/** Looks whether the queue is joined while something happens at its channel. */
function lookWhile(
  queue: JoinableQueue<string>,
  happens: (look: () => boolean) => boolean,
): boolean {
  const { hasMessage } = Channel.prototype;
  const restore = () => Channel.prototype.hasMessage = hasMessage;
  Channel.prototype.hasMessage = function (this: Channel) {
    restore();
    return happens(() => this.hasMessage());
  };
  try {
    return queue.tryJoin();
  } finally {
    restore();
  }
}

async function isStillWaiting(
  queue: JoinableQueue<number>,
  joined: () => number,
) {
  assertEquals(queue.tryJoin(), false);
  await assertRejects(() => queue.join({ timeout: 1 }), DOMException);
  assertEquals(joined(), 0);
}

/** How many items come of one. */
function weightOf(n: number): number {
  return 1 + (n > 0 ? weightOf(n - 1) : 0) + (n > 5 ? weightOf(n - 5) : 0);
}
