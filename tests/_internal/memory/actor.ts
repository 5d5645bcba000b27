/**
 * The main module of another participant: a process or a thread that joins a
 * memory and plays a role there.
 *
 * @module
 */
import { sweep } from "../../../_internal/handles/reap.ts";
import {
  arrive,
  joinProcessMemory,
  joinThreadMemory,
  type Memory,
  processMemory,
  threadMemory,
} from "../../../_internal/memory/mod.ts";
import { parkingOf } from "../../../_internal/parking/mod.ts";

/** What an actor is told. */
export interface Part {
  readonly pid?: number;
  readonly fd?: number;
  readonly buffer?: SharedArrayBuffer;
  readonly id: number;
  readonly module: string;
  readonly role: string;
  readonly args: readonly unknown[];
}

/** Tells the one who started the actor something. */
export type Report = (value: unknown) => void;

/** What a module of roles exports. */
export type Role = (
  memory: Memory,
  report: Report,
  ...args: never[]
) => unknown;

interface Scope {
  onmessage?: (event: MessageEvent<Part>) => void;
  postMessage(value: unknown): void;
  close(): void;
}

/** The exit code of a process that could not join the memory. */
export const NOT_JOINED = 99;

async function play(memory: Memory, part: Part, report: Report): Promise<void> {
  parkingOf(memory).onTick = () => sweep(memory);
  const roles = await import(part.module) as Record<string, Role>;
  await roles[part.role](memory, report, ...part.args as never[]);
}

if ("postMessage" in globalThis) {
  const scope = globalThis as unknown as Scope;
  scope.onmessage = async ({ data }) => {
    joinThreadMemory(data.buffer!, data.id);
    const memory = threadMemory();
    arrive(memory, data.id);
    await play(memory, data, (value) => scope.postMessage({ value }));
    scope.postMessage({ ended: true });
  };
} else if (import.meta.main) {
  const part = JSON.parse(Deno.args[0]) as Part;
  if (!joinProcessMemory(part.pid!, part.fd!, part.id)) Deno.exit(NOT_JOINED);
  const encoder = new TextEncoder();
  await play(
    processMemory(),
    part,
    (value) =>
      Deno.stdout.writeSync(encoder.encode(JSON.stringify(value) + "\n")),
  );
}
