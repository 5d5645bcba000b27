import type { ProcessFacts } from "../_internal/launch/mod.ts";

let becoming: ProcessFacts | undefined;

/**
 * Constructs the object that stands for the process it is constructed in. Its
 * constructor asks for what is known of it by {@linkcode takeFacts}.
 */
export function constructAs<T>(facts: ProcessFacts, construct: () => T): T {
  becoming = facts;
  try {
    return construct();
  } finally {
    becoming = undefined;
  }
}

/** What is known of the process under construction, if it is the current one. */
export function takeFacts(): ProcessFacts | undefined {
  const facts = becoming;
  becoming = undefined;
  return facts;
}
