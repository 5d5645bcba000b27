import { shareParts, show } from "../_internal/handles/mod.ts";
import { Desk } from "./_desk.ts";

/** Lets managers of this program be sent: what arrives asks the same one. */
export function shareManager<
  T extends { readonly name: string; readonly pid: number | undefined },
>(
  managerClass: { readonly prototype: T },
  deskOf: (manager: T) => Desk | undefined,
  create: (desk: Desk) => T,
): void {
  show(managerClass, ({ name, pid }) => ({ name, pid }));
  shareParts(managerClass, {
    name: "Manager",
    module: new URL("./manager.ts", import.meta.url).href,
    describe(manager, to) {
      const desk = deskOf(manager);
      if (to.reach !== "remote" && desk !== undefined) {
        return { words: [], parts: [desk] };
      }
      throw new TypeError(
        "a Manager that is not of this program cannot be sent; send its address",
      );
    },
    create(_words, [desk]) {
      if (desk instanceof Desk) return create(desk);
      throw new TypeError("Cannot receive a Manager: it has no desk");
    },
  });
}
