import { sharedName } from "../handles/mod.ts";

/** What to say was attempted. */
export function describeCall(object: object, name: string): string {
  return `call ${sharedName(object)}.${name}()`;
}
