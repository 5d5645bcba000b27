import type { HubOffer } from "../hub/mod.ts";
import type { LogLevel } from "../log.ts";
import type { TargetDescription } from "./target.ts";

/** What is known of a process to those who run in it. */
export interface ProcessFacts {
  readonly name: string;
  readonly daemon: boolean;
  /** Position in the tree: `[1, 2]` is the second child of the first. */
  readonly identity: readonly number[];
  /** Who started it; `null` for the first. */
  readonly parent: ParentFacts | null;
  /** Its working directory when it began, which its threads cannot see. */
  readonly directory?: string;
}

/** What is known of the parent of a process. */
export interface ParentFacts {
  readonly name: string;
  readonly pid: number;
  /** Id of the process in the process memory, 0 without one. */
  readonly id: number;
}

/** What a process or thread is told about itself when it starts. */
export interface BootRecord {
  readonly kind: "process" | "thread";
  readonly name: string;
  readonly daemon: boolean;
  readonly target: TargetDescription;
  /** Main module of the program. */
  readonly mainModule: string;
  /** The process that is started, or that the thread is started in. */
  readonly process: ProcessFacts;
  /** Where it was made, if it is tied to its starter: `file:///main.ts:7:3`. */
  readonly place?: string;
  /** See `lineageFor()`. */
  readonly lineage?: readonly number[];
  /** The key of the program in hexadecimal, if it is not found in shared memory. */
  readonly authKey?: string;
  /** Where its shared objects are, if processes share no memory. */
  readonly hub?: HubOffer;
  /** What it is to log; nothing if this is missing. */
  readonly log?: LogLevel;
}

/**
 * A record, the arguments of the target and the fields of a subclass. Of these
 * two, nothing is written as no bytes, so that a child that is told nothing
 * needs nothing to read it.
 */
export interface Boot<T> {
  readonly record: BootRecord;
  readonly args: T;
  readonly fields: T;
}

/** Something that can be written into a boot. */
interface Part {
  readonly byteLength: number;
  writeTo(target: Uint8Array): void;
}

/** Of the length that a boot in shared memory begins with, which keeps what follows aligned. */
export const LENGTH_BYTES = 8;

/** Of what a boot begins with: where its parts begin, and its length. */
const SIZES_BYTES = 16;

/** Joins the parts of a boot; the other side takes them apart by {@linkcode readBoot}. */
export function writeBoot({ record, args, fields }: Boot<Part>): Uint8Array {
  const encoded = new TextEncoder().encode(JSON.stringify(record));
  const argsStart = SIZES_BYTES + encoded.byteLength;
  const fieldsStart = argsStart + args.byteLength;
  const bytes = new Uint8Array(fieldsStart + fields.byteLength);
  const sizes = new DataView(bytes.buffer);
  sizes.setUint32(0, argsStart, true);
  sizes.setUint32(4, fieldsStart, true);
  sizes.setUint32(8, bytes.length, true);
  bytes.set(encoded, SIZES_BYTES);
  args.writeTo(bytes.subarray(argsStart, fieldsStart));
  fields.writeTo(bytes.subarray(fieldsStart));
  return bytes;
}

/** Whether all of a boot has come. */
export function isWholeBoot(bytes: Uint8Array): boolean {
  if (bytes.length < SIZES_BYTES) return false;
  const sizes = new DataView(bytes.buffer, bytes.byteOffset, SIZES_BYTES);
  return sizes.getUint32(8, true) === bytes.length;
}

/** Takes the parts of a boot apart. */
export function readBoot(bytes: Uint8Array): Boot<Uint8Array> {
  const sizes = new DataView(bytes.buffer, bytes.byteOffset, SIZES_BYTES);
  const argsStart = sizes.getUint32(0, true);
  const fieldsStart = sizes.getUint32(4, true);
  return {
    record: JSON.parse(
      new TextDecoder().decode(bytes.subarray(SIZES_BYTES, argsStart)),
    ),
    args: bytes.subarray(argsStart, fieldsStart),
    fields: bytes.subarray(fieldsStart),
  };
}
