import type { Memory } from "../memory/mod.ts";
import { Parking } from "./parking.ts";

const parkings = new Map<Memory, Parking>();

/** The parking of this isolate for a memory. */
export function parkingOf(memory: Memory): Parking {
  let parking = parkings.get(memory);
  if (parking === undefined) {
    parking = new Parking(memory);
    parkings.set(memory, parking);
  }
  return parking;
}

/** Ends the parking of a participant that has ended. */
export function endParking(memory: Memory): void {
  parkings.get(memory)?.end();
  parkings.delete(memory);
}
