import { decode, encode } from "../codec/mod.ts";
import {
  cargoOf,
  Opaque,
  type RelayedMethod,
  Undelivered,
} from "../handles/mod.ts";
import { FORM, type Request } from "./messages.ts";
import { isTryResult } from "./session_answers.ts";
import type { SessionObjects } from "./session_objects.ts";

/** The arguments of a method in a request, as the method here gets them. */
export function argumentsIn(
  request: Request,
  method: RelayedMethod,
  objects: SessionObjects,
): unknown[] {
  const { form, body, cells } = request;
  const args: unknown[] = [];
  switch (form) {
    case FORM.VALUE:
      args[method.value!] = new Opaque(
        body,
        cargoOf(objects.allAt(cells)),
        [],
      );
      return args;
    case FORM.RAW:
      args[method.bytes!] = body;
      return args;
    case FORM.PLAIN: {
      const told = objects.decode(body);
      for (let n = 0; told.length > 0; n++) {
        if (n !== method.wait) args[n] = told.shift();
      }
      return args;
    }
    default:
      return args;
  }
}

/**
 * A message that could not be passed on, but for the value in it: its sender waits for no
 * answer, so who reads the value is told why.
 */
export function undelivered(request: Request, why: unknown): Request {
  const head = request.body.subarray(0, request.number);
  const reason = why instanceof Error ? why.message : String(why);
  const value = encode(new Undelivered(reason), { root: "message" });
  const message = new Uint8Array(head.length + value.byteLength);
  message.set(head);
  value.writeTo(message, head.length);
  return { ...request, number: 0, cells: [], body: message };
}

/** The module that an object is to be made by. */
export function moduleIn({ body }: Request): string {
  const [module] = decode(body, { revive: () => ({}) }) as unknown[];
  return String(module);
}

/** How a hub is asked for a method of that name. */
export function methodNamed(
  methods: Readonly<Record<string, RelayedMethod>>,
  name: string,
): RelayedMethod {
  const method = methods[name];
  if (method !== undefined) return method;
  throw notAsked(name);
}

/** What to throw where nothing like that is asked. */
export function notAsked(name: string): TypeError {
  return new TypeError(`Cannot call ${name}: a hub is not asked for that`);
}

/** Whether what does not wait has been of use. */
export function isDone(result: unknown): boolean {
  return isTryResult(result) ? result.ok : result !== false &&
    result !== undefined;
}
