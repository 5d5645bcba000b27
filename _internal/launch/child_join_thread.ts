import { currentClient } from "../hub/current_client.ts";
import {
  arrive,
  isCurrent,
  joinThreadMemory,
  markDead,
  openedMemory,
  PARTICIPANT,
  participantAt,
  recordEnd,
  slotOf,
} from "../memory/mod.ts";
import { parkingOf } from "../parking/mod.ts";
import { sayFarewells } from "./good_end.ts";
import type { ThreadBoot } from "./thread_launch.ts";

/** What others know of the end of this thread. */
export interface ThreadEnd {
  /** Whether it has ended for them, as when it was terminated. */
  isKnown(): boolean;
  /** Says that it has ended, unless that is known. */
  tell(exitCode: number): void;
}

/** Joins the thread memory of the starter. */
export function joinThread({ buffer, id }: ThreadBoot): ThreadEnd {
  joinThreadMemory(buffer, id);
  const memory = openedMemory("thread")!;
  arrive(memory, id);
  const entry = participantAt(slotOf(id));
  // One that was terminated, and has computed on since, has no place any more.
  const isKnown = () =>
    !isCurrent(memory, id) ||
    Atomics.load(memory.words, entry + PARTICIPANT.ENDED) !== 0;
  const tell = (exitCode: number) => {
    if (!isCurrent(memory, id)) return;
    // First, as its starter stops what still runs here once it knows.
    if (exitCode === 0 && !isKnown()) {
      currentClient()?.leave();
      sayFarewells();
    }
    const isNews = recordEnd(memory, id, exitCode);
    // Its starter may be blocked, waiting for what this thread holds.
    const processes = openedMemory("process");
    if (processes !== undefined && isCurrent(processes, processes.self)) {
      recordEnd(processes, processes.self, exitCode);
      markDead(processes, processes.self);
      processes.doorbell?.close();
    }
    markDead(memory, id);
    if (isNews) parkingOf(memory).wakeAll(entry + PARTICIPANT.JOINERS);
  };
  return { isKnown, tell };
}
