import { refuseToSend } from "../handles/mod.ts";

/** The function of a module, by name. */
export interface ModuleTarget {
  /** Absolute URL of the module. */
  readonly module: string;
  /** The name of its export. */
  readonly name: string;
}

/** A target that stands for a function of a module. */
class NamedTarget {
  static {
    refuseToSend(
      NamedTarget,
      "a target by fromModule()",
      "send its URL and its name, and make one there",
    );
  }

  readonly #of: ModuleTarget;

  constructor(of: ModuleTarget) {
    this.#of = of;
    Object.freeze(this);
  }

  static of(value: unknown): ModuleTarget | undefined {
    return typeof value === "object" && value !== null && #of in value
      ? value.#of
      : undefined;
  }
}

/**
 * Makes a target that stands for a function of a module.
 *
 * @param url the module: a URL, or what `import.meta.resolve()` returns
 * @param name the name of its export
 * @returns an object that only {@linkcode moduleTargetOf} can tell the target of
 * @throws {TypeError} if the URL is none or is relative, or the name is empty
 */
export function createModuleTarget(url: string | URL, name: string): object {
  const text = String(url);
  // One letter before the colon is a drive of Windows.
  if (/^[A-Za-z]:/.test(text) || !URL.canParse(text)) {
    const isRelative = /^\.{0,2}[/\\]/.test(text);
    const quoted = JSON.stringify(text);
    throw new TypeError(
      `Cannot make a target of ${quoted}: ` +
        (isRelative
          ? `it does not say from where; use new URL(${quoted}, import.meta.url)`
          : `it is no absolute URL; use new URL(${
            JSON.stringify(`./${text}`)
          }, import.meta.url) ` +
            `or import.meta.resolve(${quoted})`),
    );
  }
  if (typeof name !== "string" || name === "") {
    throw new TypeError(
      `Cannot make a target of ${text}: the name of an export is missing`,
    );
  }
  return new NamedTarget({ module: new URL(text).href, name });
}

/**
 * The function a target stands for, if it was made by {@linkcode createModuleTarget}.
 *
 * @param value anything
 */
export function moduleTargetOf(value: unknown): ModuleTarget | undefined {
  return NamedTarget.of(value);
}
