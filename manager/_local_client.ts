import { Parcel } from "../_internal/channel/mod.ts";
import { encode } from "../_internal/codec/mod.ts";
import { cargoOf, fromBytes } from "../_internal/handles/mod.ts";
import { Intake, Lane } from "../_internal/lanes/mod.ts";
import { Client } from "./_client.ts";
import type { Desk } from "./_desk.ts";
import { LocalRef } from "./_local_ref.ts";
import { ASK, nameBytes, numberIn, REPLY_BYTES, Request } from "./_messages.ts";

const TO_MANAGER = {
  root: "args",
  to: "the manager",
  destination: { reach: "process" },
} as const;
const NO_CARGO = [] as const;

/** Carries the calls of an isolate to a manager of its program, in shared memory. */
export class LocalClient extends Client {
  readonly #desk: Desk;
  #intake: Intake | undefined;

  constructor(desk: Desk) {
    super();
    this.#desk = desk;
  }

  override get name(): string {
    return this.#desk.name;
  }

  override get manager(): string {
    const { name, pid } = this.#desk;
    return `the manager ${name} (pid ${pid})`;
  }

  override newRef(): LocalRef {
    return new LocalRef(this.#desk);
  }

  protected override post(
    kind: number,
    number: number,
    target: readonly [number, number],
    name: string,
    body: unknown,
  ): void {
    this.#intake ??= this.#begin();
    this.#send(kind, number, target, name, body);
  }

  protected override held(isHeld: boolean): void {
    if (isHeld) this.#intake?.hold();
    else this.#intake?.unhold();
  }

  protected override look(): void {
    if (this.isOver || !this.#desk.isOver) return;
    // First what it has answered before.
    this.#intake?.drain();
    this.end(`${this.manager} has ended`);
    this.#intake?.end();
  }

  #begin(): Intake {
    const replies = new Lane(this.#desk.memory);
    this.#send(ASK.HELLO, 0, [0, 0], "", replies);
    return new Intake(
      replies,
      () => {
        if (this.pending === 0) return false;
        if (!this.#desk.isOver) return true;
        queueMicrotask(() => this.look());
        return false;
      },
      (message) =>
        this.take(
          message[0],
          numberIn(message),
          () => fromBytes(message.subarray(REPLY_BYTES)),
        ),
      () => this.settle(),
    );
  }

  #send(
    kind: number,
    number: number,
    target: readonly [number, number],
    name: string,
    body: unknown,
  ): void {
    const encoded = encode(body, TO_MANAGER);
    const { handles } = encoded;
    const { requests, memory } = this.#desk;
    const cargo = handles.length === 0 ? NO_CARGO : cargoOf(handles);
    const { self } = memory;
    const bytes = nameBytes(name);
    const request = new Request(kind, number, target, self, bytes, encoded);
    requests.outlet.trySend(new Parcel(request, false, cargo));
  }
}
