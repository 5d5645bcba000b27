import { kindOfValue } from "../_internal/show_value.ts";
import { copy } from "../_internal/codec/mod.ts";
import { andThen } from "./_and_then.ts";
import type { Call } from "./_call.ts";
import { dataType, Exclusive, type Method } from "./_hosted.ts";
import { iterationOf } from "./_hosted_iteration.ts";
import { itemsIn } from "./_items_in.ts";
import { KeyedSet } from "./_keyed_set.ts";
import { BaseProxy, refOf } from "./base_proxy.ts";

/** Sets for others. */
export const SET = dataType<KeyedSet>(
  "SetProxy",
  ({ args: [items] }) => new KeyedSet(itemsIn(items ?? [])),
  {
    size: (set) => set.size,
    add: (set, [member]) => set.add(member),
    has: (set, [member]) => set.has(member),
    delete: (set, [member]) => set.delete(member),
    clear: (set) => set.clear(),
    values: (set) => set.values(),
    toSet,
    pop(set, _args, call) {
      const first = set.first();
      call.onSent(() => set.delete(first));
      return first;
    },
    update: withOther((set, other) => set.addAll(other)),
    union: withOther((set, other) =>
      new Set([...set.values(), ...other.those(false, set)])
    ),
    intersection: withOther((set, other) => new Set(set.those(true, other))),
    difference: withOther((set, other) => new Set(set.those(false, other))),
    symmetricDifference: withOther((set, other) =>
      new Set([...set.those(false, other), ...other.those(false, set)])
    ),
    isSubsetOf: withOther((set, other) => set.isSubsetOf(other)),
    isSupersetOf: withOther((set, other) => other.isSubsetOf(set)),
    isDisjointFrom: withOther((set, other) => set.isDisjointFrom(other)),
    modify: (set, [fn, ...args], call) =>
      call.with(
        fn,
        (change) =>
          andThen(change(copy(toSet(set)), ...args), (members) => {
            if (!(members instanceof Set)) {
              throw new TypeError(
                `Cannot modify set: the function gives ${
                  kindOfValue(members)
                }, not a Set`,
              );
            }
            call.session.checkSendable(members);
            const changed = new KeyedSet(members);
            set.clear();
            set.addAll(changed);
            return toSet(set);
          }),
      ),
    ...iterationOf((set: KeyedSet) => set.values()),
  },
);

function toSet(set: KeyedSet): Set<unknown> {
  return new Set(set.values());
}

/** A method that is given items, or another set of the same manager. */
function withOther(
  use: (set: KeyedSet, other: KeyedSet) => unknown,
): Method<KeyedSet> {
  return (set, [other], call) =>
    other instanceof BaseProxy
      ? useHosted(other, call, (it) => use(set, it))
      : use(set, new KeyedSet(itemsIn(other)));
}

function useHosted(
  proxy: BaseProxy,
  { session }: Call,
  use: (set: KeyedSet) => unknown,
): unknown {
  const hosted = session.hostedOf(refOf(proxy));
  const useIt = () => {
    if (hosted?.problem !== undefined) throw hosted.problem.error;
    if (hosted?.object instanceof KeyedSet) return use(hosted.object);
    throw new TypeError(
      "Cannot combine sets: the other is none of the same manager",
    );
  };
  if (hosted?.isBeingMade !== true) return useIt();
  const { promise, resolve } = Promise.withResolvers<void>();
  hosted.later(resolve);
  return new Exclusive(promise.then(useIt));
}
