import {
  arrive,
  joinThreadMemory,
  markDead,
  openedMemory,
  PARTICIPANT,
  participantAt,
  recordEnd,
  slotOf,
} from "../memory/mod.ts";
import { parkingOf } from "../parking/mod.ts";
import type { ThreadBoot } from "./thread_launch.ts";

/**
 * Joins the thread memory of the starter.
 *
 * @returns how to say that it has ended; whether that was not known is returned
 */
export function joinThread(
  { buffer, id }: ThreadBoot,
): (exitCode: number) => boolean {
  joinThreadMemory(buffer, id);
  const memory = openedMemory("thread")!;
  arrive(memory, id);
  return (exitCode) => {
    const slot = slotOf(id);
    const isNews = recordEnd(memory.words, slot, exitCode);
    // Its starter may be blocked, waiting for what this thread holds.
    const processes = openedMemory("process");
    if (processes !== undefined) {
      recordEnd(processes.words, slotOf(processes.self), exitCode);
      markDead(processes, processes.self);
      processes.doorbell?.close();
    }
    markDead(memory, id);
    if (isNews) {
      parkingOf(memory).wakeAll(participantAt(slot) + PARTICIPANT.JOINERS);
    }
    return isNews;
  };
}

export { beginBoot, onUncaught, report, runBoot } from "./child_boot.ts";
export type { ThreadBoot } from "./thread_launch.ts";
export { childrenEnded } from "./running_children.ts";
