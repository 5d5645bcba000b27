/** How much a log tells; each level tells what the next one does, and more. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** Writes lines to the log of the program, those that its level lets through. */
export interface Logger {
  /** What it lets through. */
  readonly level: LogLevel | "off";
  /** Writes what matters to those who look for a mistake. */
  debug(message: string): void;
  /** Writes what happens in the ordinary course of things. */
  info(message: string): void;
  /** Writes what goes wrong, and the program gets over. */
  warn(message: string): void;
  /** Writes what fails. */
  error(message: string): void;
}

/** Children inherit it, with the rest of the environment. */
const LOG_VARIABLE = "MULTIPROCESSING_LOG";
const LEVELS = ["debug", "info", "warn", "error"] as const;
/** One line stays one line. */
// deno-lint-ignore no-control-regex
const CONTROL = /[\x00-\x1f\x7f]+ */g;

class StderrLogger implements Logger {
  #level: LogLevel | "off" = "off";

  get level(): LogLevel | "off" {
    return this.#level;
  }

  set level(level: LogLevel | "off") {
    this.#level = level;
    log = level === "off" ? undefined : this;
  }

  debug(message: string): void {
    this.#write("debug", message);
  }

  info(message: string): void {
    this.#write("info", message);
  }

  warn(message: string): void {
    this.#write("warn", message);
  }

  error(message: string): void {
    this.#write("error", message);
  }

  #write(level: LogLevel, message: string): void {
    if (this.#level === "off") return;
    if (LEVELS.indexOf(level) < LEVELS.indexOf(this.#level)) return;
    // Nobody's program is to fail because its log cannot be written.
    try {
      const time = new Date().toISOString();
      const text = `${time} ${
        level.padEnd(5)
      } ${Deno.pid} ${logName()}: ${message}`;
      const line = `${text.replace(CONTROL, " ")}\n`;
      // In one piece, so that lines of several processes do not mix.
      Deno.stderr.writeSync(new TextEncoder().encode(line));
    } catch {
      // As above.
    }
  }
}

/** The log while it is on, so that it costs no more than this look when it is off. */
export let log: Logger | undefined;
const logger = new StderrLogger();
let name: (() => string) | undefined;
let isOpen = false;

/**
 * Says how lines are to call the process and thread that writes them. The first to say so
 * knows: modules that come later take a hub for the main program.
 *
 * @param isTold whether who has started us says if we are to log, so that the
 *   environment need not be asked
 */
export function nameLog(nameOf: () => string, isTold: boolean): void {
  name ??= nameOf;
  isOpen ||= isTold;
}

/** What lines call the process and thread that writes them. */
export function logName(): string {
  return name?.() ?? "MainProcess";
}

/** Turns the log on if the environment asks for that. Looks once. */
export function openLog(): void {
  if (isOpen) return;
  isOpen = true;
  logger.level = levelFromEnvironment();
}

/**
 * The level that a child is to be told, if it is to log.
 *
 * @param env the variables that it does not inherit
 */
export function levelForChild(
  env?: Record<string, string>,
): LogLevel | undefined {
  openLog();
  const own = env?.[LOG_VARIABLE];
  const level = own === undefined ? logger.level : toLevel(own);
  return level === "off" ? undefined : level;
}

/**
 * The log of this process or thread. What is written to it stands on standard error
 * beside what the library says there, with time, level, process id and name; or
 * nowhere, if the log is off.
 *
 * @example
 * ```ts
 * import { getLogger } from "@parallel/multiprocessing/process";
 * import { assertEquals } from "@std/assert";
 *
 * getLogger().debug("about to begin");
 * assertEquals(getLogger(), getLogger());
 * ```
 */
export function getLogger(): Logger {
  openLog();
  return logger;
}

/**
 * Writes to standard error, from now on, what processes and threads do: one line each
 * for what starts, ends and dies, what is retried and stopped; with `"debug"` also for
 * each wait of more than half a second, with what it is for. Who is started from now on
 * by this process or thread does so, too.
 *
 * The environment variable `MULTIPROCESSING_LOG`, set to a level, does the same from
 * the start, if the program may read it.
 *
 * @param level the least that is told; `"off"` for nothing. Default: `"info"`
 * @returns the log, to which the program may write, too
 * @throws {TypeError} if there is no such level
 *
 * @example
 * ```ts
 * import { logToStderr } from "@parallel/multiprocessing/process";
 * import { assertEquals } from "@std/assert";
 *
 * const log = logToStderr("warn");
 * log.info("not written: less than the level asks for");
 * assertEquals(log.level, "warn");
 * logToStderr("off");
 * ```
 */
export function logToStderr(level: LogLevel | "off" = "info"): Logger {
  if (level !== "off" && !LEVELS.includes(level)) {
    const shown = typeof level === "string"
      ? JSON.stringify(level)
      : String(level);
    throw new TypeError(
      `Cannot log: ${shown} is none of ${LEVELS.join(", ")}, off`,
    );
  }
  isOpen = true;
  logger.level = level;
  return logger;
}

/** The level that the environment asks for, if we may look without being asked. */
function levelFromEnvironment(): LogLevel | "off" {
  try {
    const { state } = Deno.permissions.querySync({
      name: "env",
      variable: LOG_VARIABLE,
    });
    return state === "granted" ? toLevel(Deno.env.get(LOG_VARIABLE)) : "off";
  } catch {
    return "off";
  }
}

/** The level that a text stands for; `info` for what is no level. */
function toLevel(text: string | undefined): LogLevel | "off" {
  const lower = text?.toLowerCase();
  if (!lower || lower === "off") return "off";
  return LEVELS.find((level) => level === lower) ?? "info";
}
