import { checkKind } from "../_internal/check.ts";
import { dataType } from "./_hosted.ts";
import { modify } from "./_modify.ts";

type Space = Map<string, unknown>;

/** Named values for others. */
export const NAMESPACE = dataType<Space>(
  "NamespaceProxy",
  ({ args: [values] }) => new Map(Object.entries(values ?? {})),
  {
    get: (space, [name]) => space.get(text(name)),
    set(space, [name, value]) {
      space.set(text(name), value);
    },
    has: (space, [name]) => space.has(text(name)),
    delete: (space, [name]) => space.delete(text(name)),
    keys: (space) => [...space.keys()],
    update(space, [values]) {
      for (const [name, value] of Object.entries(values ?? {})) {
        space.set(name, value);
      }
    },
    toObject: (space) => Object.fromEntries(space),
    modify: (space, [name, ...told], call) =>
      modify(call, told, () => ({
        value: space.get(text(name)),
        store: (value) => space.set(text(name), value),
      })),
  },
);

function text(name: unknown): string {
  checkKind(name, "string", "the name", "use namespace");
  return name as string;
}
