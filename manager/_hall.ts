import { complain } from "../_internal/complain.ts";
import { isPromise } from "../_internal/type_guards.ts";
import { Call, WAITS } from "./_call.ts";
import { Exclusive, Hosted, type HostedType, Made } from "./_hosted.ts";
import type { Session } from "./_session.ts";

/** Arguments, or a promise of them while modules for what is in them are loaded. */
export type Args = unknown;

/** Does what is asked of the objects of a manager. */
export class Hall {
  /** Told of each object that has been made. */
  onMade: (hosted: Hosted) => void = () => {};
  readonly #name: string;
  readonly #types: ReadonlyMap<string, HostedType<unknown>>;

  /** @param name of the manager, for the log */
  constructor(
    name: string,
    types: ReadonlyMap<string, HostedType<unknown>>,
  ) {
    this.#name = name;
    this.#types = types;
  }

  /** Makes an object. What goes wrong is told to who calls it. */
  create(session: Session, typeName: string, args: Args): Hosted {
    const hosted = new Hosted();
    const type = this.#types.get(typeName);
    if (type === undefined) {
      if (isPromise(args)) args.then(undefined, () => {});
      this.log(session, `has asked for a ${typeName}, which is no type`);
      hosted.problem = {
        error: new TypeError(`Cannot create: ${typeName} is no type`),
      };
      return hosted;
    }
    const made = (object: unknown) => {
      if (object instanceof Made) hosted.made(object.type, object.object);
      else hosted.made(type, object);
      this.onMade(hosted);
    };
    const failed = (error: unknown) => {
      hosted.problem = { error };
    };
    try {
      const object = isPromise(args)
        ? Promise.resolve(args).then((it) => type.create(callOf(session, it)))
        : type.create(callOf(session, args));
      if (isPromise(object)) {
        hosted.occupy(Promise.resolve(object).then(made, failed));
      } else made(object);
    } catch (error) {
      failed(error);
    }
    return hosted;
  }

  /** Calls a method of an object. */
  call(
    session: Session,
    number: number,
    hosted: Hosted,
    method: string,
    args: Args,
  ): void {
    if (!isPromise(args) && !hosted.isOccupied) {
      return this.#perform(hosted, method, callOf(session, args, number));
    }
    const call = new Call(session, number, []);
    call.queue();
    const loaded = Promise.resolve(args);
    const begin = (args: unknown) => {
      if (call.isOver) return;
      call.holdOn();
      // What comes too late for who asked is to leave nothing with them.
      if (session.isOver && hosted.type?.isData !== true) return;
      call.args = args as unknown[];
      this.#perform(hosted, method, call);
    };
    const perform = () => {
      if (call.isOver) return;
      if (isPromise(args)) hosted.occupy(loaded.then(begin, call.failed));
      else begin(args);
    };
    loaded.catch(() => {});
    if (hosted.isOccupied) hosted.later(perform);
    else perform();
  }

  #perform(hosted: Hosted, method: string, call: Call): void {
    try {
      if (hosted.problem !== undefined) throw hosted.problem.error;
      const { type, object } = hosted;
      const perform = type!.find(method);
      if (perform === undefined) {
        throw this.#refuse(call.session, type!.name, method);
      }
      const value = perform(object, call.args, call);
      if (value instanceof Exclusive) {
        value.result.then(call.done, call.failed);
        hosted.occupy(value.result);
      } else if (isPromise(value)) {
        const release = keepFor(call, hosted);
        Promise.resolve(value).then(call.done, call.failed).finally(release);
      } else if (value !== WAITS) call.done(value);
    } catch (error) {
      call.failed(error);
    }
  }

  /** Notes what somebody has tried. */
  log(who: { readonly name: string }, what: string): void {
    complain(`${this.#name}: ${who.name} ${what}`);
  }

  #refuse(session: Session, type: string, method: string): Error {
    const shown = JSON.stringify(method.slice(0, 80));
    this.log(session, `has called ${shown} of ${type}, which was refused`);
    return new TypeError(
      `Cannot call ${shown} of ${type}: it has no such public method`,
    );
  }
}

/**
 * Keeps an object until a call of it is done.
 *
 * @returns what to call then
 */
function keepFor(call: Call, hosted: Hosted): () => void {
  hosted.hold();
  // A method goes on whoever waits for it; what it uses must be there.
  if (hosted.type!.isOwn) return () => hosted.release();
  // Tasks of a pool end with that if nobody wants them any more.
  const { holds } = call.session;
  holds.set(call, () => hosted.release());
  return () => {
    if (holds.delete(call)) hosted.release();
  };
}

function callOf(session: Session, args: unknown, number = 0): Call {
  if (Array.isArray(args)) return new Call(session, number, args);
  throw new TypeError("Cannot call: the arguments are none");
}
