import { encode, encodeThrown } from "../codec/mod.ts";
import { Opaque } from "../handles/mod.ts";
import type { TryResult } from "../parking/mod.ts";
import {
  type Body,
  bytesBody,
  FORM,
  NO_BODY,
  type Reply,
  TELL,
} from "./messages.ts";
import { isGuard, type SessionGuards } from "./session_guards.ts";
import type { SessionObjects } from "./session_objects.ts";

/** A reply, before it is written. */
export type Answer = Omit<Reply, "body"> & { readonly body: Body };

/** The reason of a wait that a client has given up. */
export const CANCELLED = new DOMException("given up", "AbortError");

/** Whom an answer is for. */
export interface Asker {
  readonly number: number;
  /** Whether the caller is blocked, so that it goes by the link. */
  readonly isBlocked: boolean;
  /** What was asked. */
  readonly object?: object;
  /** Whether its lock was abandoned while a condition had that. */
  readonly isAbandoned?: boolean;
}

/** Answers one client of a hub. */
export class SessionAnswers {
  readonly #objects: SessionObjects;
  readonly #guards: SessionGuards;
  readonly #send: (answer: Answer, isBlocked: boolean) => void;
  #deliveries = 0;

  constructor(
    objects: SessionObjects,
    guards: SessionGuards,
    send: (answer: Answer, isBlocked: boolean) => void,
  ) {
    this.#objects = objects;
    this.#guards = guards;
    this.#send = send;
  }

  /** Answers with a result. */
  returned(asker: Asker, result: unknown): void {
    if (result === undefined) return this.#return(asker, {});
    if (result instanceof Opaque) return this.#deliver(asker, result);
    if (isTryResult(result)) {
      return this.returned(asker, result.ok ? result.value : undefined);
    }
    if (result instanceof Uint8Array) {
      return this.#return(asker, { form: FORM.RAW, body: bytesBody(result) });
    }
    if (isGuard(result)) {
      const form = result.abandoned ? FORM.ABANDONED_GUARD : FORM.GUARD;
      const extra = this.#guards.add(result, asker.object!);
      return this.#return(asker, { form, extra });
    }
    const body = encode(result, { root: "result" });
    this.#return(asker, { form: FORM.PLAIN, body });
  }

  /** Answers with an error. */
  threw(asker: Asker, error: unknown): void {
    if (error === CANCELLED) return this.#settle(asker, TELL.CANCELLED, {});
    const body = encodeThrown(error);
    this.#settle(asker, TELL.THREW, { form: FORM.PLAIN, body });
  }

  /** Tells something that may be no answer. */
  tell(answer: Partial<Answer> & { kind: number }, isBlocked: boolean): void {
    this.#send(
      {
        form: FORM.NOTHING,
        carries: false,
        epoch: 0,
        number: 0,
        extra: 0,
        body: NO_BODY,
        ...answer,
      },
      isBlocked,
    );
  }

  #return(asker: Asker, answer: Partial<Answer>): void {
    this.#settle(asker, TELL.RETURNED, answer);
  }

  #settle(
    { number, isBlocked, isAbandoned }: Asker,
    kind: number,
    answer: Partial<Answer>,
  ): void {
    const extra = isAbandoned ? 1 : 0;
    this.tell({ kind, number, extra, ...answer }, isBlocked);
  }

  /** Answers with messages together: the first is given, the others are lent. */
  lent(asker: Asker, { bytes, cells }: Opaque): void {
    const body = bytesBody(bytes);
    this.#return(asker, { form: FORM.BATCH, body, ...this.#carry(cells) });
  }

  #deliver(asker: Asker, { bytes, cells, isForeign }: Opaque): void {
    const body = bytesBody(bytes);
    const form = isForeign ? FORM.FOREIGN : FORM.VALUE;
    this.#return(asker, { form, body, ...this.#carry(cells) });
  }

  #carry(cells: readonly number[]): Partial<Answer> {
    if (cells.length === 0) return {};
    const extra = ++this.#deliveries;
    this.#objects.deliver(extra, cells);
    return { carries: true, extra };
  }
}

/** Whether something was given by a form that does not wait. */
export function isTryResult(value: unknown): value is TryResult<unknown> {
  return typeof value === "object" && value !== null &&
    typeof (value as { ok?: unknown }).ok === "boolean";
}
