import { encode } from "../_internal/codec/mod.ts";
import {
  type Intake,
  Lane,
  openIntake,
  openOutbox,
  type Outbox,
} from "../_internal/lanes/mod.ts";
import { Client } from "./_client.ts";
import type { Desk } from "./_desk.ts";
import { programDestination } from "./_destination.ts";
import { LocalRef } from "./_local_ref.ts";
import {
  nameBytes,
  numberIn,
  REPLY_BYTES,
  Request,
  REQUEST_BYTES,
  type RequestTarget,
} from "./_messages.ts";

/** Where replies come, and where requests go. */
interface Line {
  readonly intake: Intake;
  readonly outbox: Outbox;
  /** What stands for this isolate in requests. */
  readonly lane: number;
}

/** Carries the calls of an isolate to a manager of its program. */
export class LocalClient extends Client {
  readonly #desk: Desk;
  #line: Line | undefined;

  constructor(desk: Desk) {
    super();
    this.#desk = desk;
  }

  override get name(): string {
    return this.#desk.name;
  }

  override get manager(): string {
    try {
      const { name, pid } = this.#desk;
      return `the manager ${name} (pid ${pid})`;
    } catch {
      // The hub has ended before it was asked.
      return "the manager";
    }
  }

  override newRef(): LocalRef {
    return new LocalRef(this.#desk);
  }

  protected override post(
    kind: number,
    number: number,
    target: RequestTarget,
    name: string,
    body: unknown,
  ): void {
    const { lane, outbox } = this.#line ??= this.#begin();
    const encoded = encode(body, {
      root: "args",
      to: "the manager",
      destination: programDestination(),
    });
    const bytes = nameBytes(name);
    const request = new Request(kind, number, target, lane, bytes, encoded);
    outbox.send(request, encoded.handles, REQUEST_BYTES + bytes.length);
  }

  protected override held(isHeld: boolean): void {
    if (isHeld) this.#line?.intake.hold();
    else this.#line?.intake.unhold();
  }

  protected override look(): void {
    if (this.isOver || this.#desk.isRelayed || !this.#desk.isOver) return;
    // First what it has answered before.
    this.#line?.intake.drain();
    this.end(`${this.manager} has ended`);
    this.#line?.intake.end();
  }

  #begin(): Line {
    const desk = this.#desk;
    const replies = new Lane(desk.memory);
    desk.hello(replies, Deno.pid);
    const intake = openIntake(replies, {
      expects: () => {
        if (this.pending === 0) return false;
        if (desk.isRelayed || !desk.isOver) return true;
        queueMicrotask(() => this.look());
        return false;
      },
      take: (message) =>
        this.take(
          message[0],
          numberIn(message),
          () => intake.decode(message.subarray(REPLY_BYTES)),
        ),
      taken: () => this.settle(),
    });
    if (desk.isRelayed) this.#attend(intake);
    const outbox = openOutbox(desk.requests);
    return { intake, outbox, lane: replies.place.cell };
  }

  /** Waits for the end of the manager, of which a hub tells. */
  async #attend(intake: Intake): Promise<void> {
    let why = "has ended";
    try {
      await this.#desk.learn();
      await this.#desk.over();
    } catch {
      why = "cannot be reached: the hub of this program has ended";
    }
    // First what it has answered before.
    await intake.end();
    this.end(`${this.manager} ${why}`);
  }
}
