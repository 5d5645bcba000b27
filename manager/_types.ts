import type { HostedType } from "./_hosted.ts";
import { DICT } from "./_hosted_dict.ts";
import { LIST } from "./_hosted_list.ts";

/** The types of objects that every manager has. */
export const TYPES: ReadonlyMap<string, HostedType<unknown>> = new Map([
  ["dict", DICT],
  ["list", LIST],
]);
