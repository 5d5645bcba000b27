import {
  arrive,
  joinThreadMemory,
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
 * @returns how to say that it has ended
 */
export function joinThread(
  { buffer, id }: ThreadBoot,
): (exitCode: number) => void {
  joinThreadMemory(buffer, id);
  const memory = openedMemory("thread")!;
  arrive(memory, id);
  return (exitCode) => {
    const slot = slotOf(id);
    if (recordEnd(memory.words, slot, exitCode)) {
      parkingOf(memory).wakeAll(participantAt(slot) + PARTICIPANT.JOINERS);
    }
  };
}

export { beginBoot, onUncaught, report, runBoot } from "./child_boot.ts";
export type { ThreadBoot } from "./thread_launch.ts";
export { childrenEnded } from "./running_children.ts";
