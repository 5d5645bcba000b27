const INDEX = /^(?:0|[1-9]\d*)$/;
const MAX_STEPS = 16;

/** What there is to say beside what the value is. */
export interface RefusalOptions {
  /** What to do instead, with the comma before it. */
  advice?: string;
  /** Says by itself why the value cannot be sent. */
  reason?: TypeError;
}

/**
 * A part of a value cannot be sent. Each part around it adds its step on the way out, so the path
 * costs nothing as long as nothing is refused.
 */
export class Refusal extends Error {
  readonly #advice: string;
  readonly #reason: TypeError | undefined;
  readonly #steps: string[] = [];

  /** @param subject what the value is, with an article */
  constructor(subject: string, options: RefusalOptions = {}) {
    super(subject);
    this.#advice = options.advice ?? "";
    this.#reason = options.reason;
  }

  /** Adds how the part is reached from the one around it. */
  under(step: string): this {
    if (step !== "") this.#steps.push(step);
    return this;
  }

  /** Says it to people. */
  toTypeError(root: string, to: string): TypeError {
    const steps = this.#steps.toReversed();
    if (steps.length > MAX_STEPS) {
      steps.splice(MAX_STEPS / 2, steps.length - MAX_STEPS, "…");
    }
    const subject = `Cannot send ${root}${steps.join("")}`;
    return this.#reason === undefined
      ? new TypeError(
        `${subject}: ${this.message} cannot be sent to ${to}${this.#advice}`,
      )
      : new TypeError(`${subject}: ${this.#reason.message}`, {
        cause: this.#reason,
      });
  }
}

/** How a part is reached from the one around it, as it would be written in code. */
export function step(key: string | number): string {
  if (typeof key === "number" || INDEX.test(key)) return `[${key}]`;
  return isIdentifier(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

function isIdentifier(key: string): boolean {
  // To make this expression takes half a millisecond, and few need it.
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key);
}

/** The same in a Map whose keys and values have been laid end to end. */
export function mapStep(entries: readonly unknown[], index: number): string {
  const position = index >> 1;
  if (index % 2 === 0) return `.keys()[${position}]`;
  const key = entries[index - 1];
  switch (typeof key) {
    case "string":
      return `.get(${JSON.stringify(key)})`;
    case "bigint":
      return `.get(${key}n)`;
    case "number":
    case "boolean":
    case "undefined":
      return `.get(${key})`;
    default:
      return key === null ? ".get(null)" : `.values()[${position}]`;
  }
}

/** Names a part that is all there is of what it stands in. */
export function noStep(): string {
  return "";
}

/** Names a function or a symbol, with its article. */
export function nameOf(value: unknown): string {
  if (typeof value === "symbol") return "a symbol";
  return /^class\b/.test(Function.prototype.toString.call(value))
    ? "a class"
    : "a function";
}

/** Puts the indefinite article before a name. */
export function withArticle(name: string): string {
  return `${/^[AEIO]/.test(name) ? "an" : "a"} ${name}`;
}
