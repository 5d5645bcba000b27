import { Pipe } from "../../pipe/mod.ts";
import { JoinableQueue, Queue, SimpleQueue } from "../../queue/mod.ts";
import {
  Barrier,
  BoundedSemaphore,
  Event,
  Lock,
  RLock,
  RWLock,
  Semaphore,
  SharedValue,
} from "../../sync/mod.ts";
import { testBarrier } from "./barrier_contract.ts";
import { testCondition, testConditionOfRLock } from "./condition_contract.ts";
import { testConnection } from "./connection_contract.ts";
import { testEvent } from "./event_contract.ts";
import {
  testJoinableQueue,
  testJoinableQueueHere,
} from "./joinable_queue_contract.ts";
import { testLock } from "./lock_contract.ts";
import { type Many, testQueue } from "./queue_contract.ts";
import { testReadiness, testReadinessHere } from "./readiness_contract.ts";
import { testRLock } from "./r_lock_contract.ts";
import { testRWLock } from "./rw_lock_contract.ts";
import { testBoundedSemaphore, testSemaphore } from "./semaphore_contract.ts";
import { testSharedArray } from "./shared_array_contract.ts";
import { testSharedValue } from "./shared_value_contract.ts";
import { testSimpleQueue } from "./simple_queue_contract.ts";

/** How many are many, where each of them takes its time. */
export interface Amounts {
  readonly items: Many;
  readonly simpleItems: number;
  readonly waits: number;
}

/**
 * What queues, pipes and locks do, wherever they are.
 *
 * @param to what messages call a receiver of what is sent
 */
export function testPrimitives(
  to: string,
  { items, simpleItems, waits }: Partial<Amounts> = {},
): void {
  testQueue("Queue", (options) => new Queue(options), to, items);
  testQueue(
    "JoinableQueue",
    (options) => new JoinableQueue(options),
    to,
    items,
  );
  testJoinableQueue("JoinableQueue", (options) => new JoinableQueue(options));
  testSimpleQueue("SimpleQueue", () => new SimpleQueue(), to, simpleItems);
  testReadiness("wait()");
  testConnection("Connection", (options) => new Pipe(options), to);
  testLock("Lock", () => new Lock());
  testRLock("RLock", () => new RLock());
  testSemaphore("Semaphore", (n) => new Semaphore(n));
  testBoundedSemaphore("BoundedSemaphore", (n) => new BoundedSemaphore(n));
  testRWLock("RWLock", () => new RWLock());
  testSharedValue("SharedValue", (...options) => new SharedValue(...options));
  testSharedArray("SharedArray");
  testEvent("Event", () => new Event());
  testCondition("Condition with a Lock", () => new Lock(), waits);
  testCondition("Condition with an RLock", () => new RLock(), waits);
  testConditionOfRLock("Condition with an RLock");
  testBarrier("Barrier", (...options) => new Barrier(...options));
}

/** What they do in memory of this isolate besides that. */
export function testPrimitivesHere(): void {
  testJoinableQueueHere(
    "JoinableQueue",
    (options) => new JoinableQueue(options),
  );
  testReadinessHere("wait()");
}
