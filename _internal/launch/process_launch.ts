import { encode, type Encoded } from "../codec/mod.ts";
import { complain } from "../complain.ts";
import {
  handOver,
  isRunning,
  reap,
  reapIfAllowed,
  sharedModules,
} from "../handles/mod.ts";
import { expectChild, type ExpectedChild, type HubOffer } from "../hub/mod.ts";
import { levelForChild, log, nameLog } from "../log.ts";
import {
  allocate,
  claim,
  keepCalls,
  markKilled,
  type Memory,
  noteInterrupted,
  noteSpawned,
  PARTICIPANT,
  participantAt,
  processMemory,
  reachesProcesses,
  recordEnd,
  slotOf,
  wasLast,
} from "../memory/mod.ts";
import { withAuthKey } from "./auth_key.ts";
import { type BootRecord, LENGTH_BYTES, writeBoot } from "./boot_record.ts";
import { permissionFlags } from "./child_permissions.ts";
import { denoCommand, neverBegan, runPermissionError } from "./deno_command.ts";
import { CODEC_DOOR, HANDLES_DOOR, HUB_DOOR, LOG_DOOR } from "./doors.ts";
import { exitCodeOf, isByCtrlC, signalSentTo } from "./exit_code.ts";
import { grantsAll, grantsHost, withItem } from "./flag_items.ts";
import {
  configOf,
  inheritedFlags,
  inheritedPermissionFlags,
  withRoomToLoad,
} from "./inherited_flags.ts";
import { isEnding, outlastInterrupt, watchInterrupt } from "./interrupt.ts";
import { accessByLibc, commandLineByLibc } from "./look_by_libc.ts";
import { hasItem } from "./permission_kind.ts";
import { addRunningProcess } from "./running_children.ts";
import { ownName, ownRecord } from "./self.ts";
import type { TargetDescription } from "./target.ts";
import { addUntold } from "./untold_children.ts";

/** What to start. */
export interface ProcessLaunch {
  /** URL of the module that boots the child. */
  readonly entry: string;
  /** URL of the module that it needs for subclasses. */
  readonly subclassEntry: string;
  readonly record: BootRecord;
  /** URLs of modules that the child may need besides those of its target. */
  readonly modules: readonly string[];
  readonly args: readonly unknown[];
  readonly fields: object | undefined;
  readonly permissions: "inherit" | "none" | Deno.PermissionOptionsObject;
  readonly env: Record<string, string> | undefined;
  readonly cwd: string | URL | undefined;
  readonly stdout: "inherit" | "piped" | "null";
  readonly stderr: "inherit" | "piped" | "null";
}

/** A launch, worked out. */
interface Start {
  readonly launch: ProcessLaunch;
  readonly flags: readonly string[];
  /** The modules that the child may import without permission. */
  readonly modules: readonly string[];
  readonly boot: Uint8Array;
  readonly handles: readonly object[];
}

nameLog(ownName, ownRecord() !== undefined);

/** The exit code of a process that was not Deno. */
const FAILED = 1;

/** The values that a child is told, and what of them is shared. */
interface Told {
  readonly fields: EncodedPart;
  readonly args: EncodedPart;
  readonly handles: readonly object[];
}

type EncodedPart = Omit<Encoded, "snapshot">;

/** What is not told. */
const NOTHING: EncodedPart = { byteLength: 0, handles: [], writeTo() {} };

/** A process that has been started. */
export interface LaunchedProcess {
  readonly child: Deno.ChildProcess;
  /** The exit code, -N if signal N ended it. */
  readonly ended: Promise<number>;
  /** Its participant in the shared memory, if it takes part there. */
  readonly id?: number;
  /** Whether it still runs; there only if that can be told while the event loop stands. */
  readonly isRunning?: () => boolean;
  /** Lets others know at once that it was killed. */
  readonly noteKill?: () => void;
}

/**
 * Starts a process; returns once the operating system has it.
 *
 * @throws {TypeError} if an argument cannot be sent; nothing is started then
 * @throws {Deno.errors.NotCapable} if this program may not run Deno
 * @throws {Deno.errors.NotSupported} if it is none that Deno runs, but a compiled one
 */
export function launchProcess(launch: ProcessLaunch): LaunchedProcess {
  const { record } = launch;
  checkHasDeno(record.name);
  const denied = runPermissionError(`start ${record.name}`);
  if (denied !== undefined) throw denied;
  const inherited = inheritedFlags(commandLineByLibc, accessByLibc);
  const permissions = permissionFlags(launch.permissions, {
    ownFlags: inheritedPermissionFlags(commandLineByLibc),
    config: configOf(inherited),
    modules: modulesOf(launch),
    doing: `start ${record.name}`,
  });
  const mapped = reachesProcesses() && permissions.some(grantsLibc);
  const reach = mapped ? "process" : reachesProcesses() ? "nothing" : "hub";
  const told = encodeFor(launch, reach);
  const { handles } = told;
  const asksHub = reach === "hub" && handles.length > 0;
  const hub = asksHub ? expectAtHub(handles, permissions, record) : undefined;
  const sent: BootRecord = {
    ...withAuthKey(record, mapped),
    log: levelForChild(launch.env),
    hub: hub?.offer,
  };
  const start: Start = {
    launch,
    flags: [
      ...withRoomToLoad(inherited, engineFlags(launch.env)),
      ...(hub?.flags ?? permissions),
    ],
    modules: modulesFor(launch, sent, told),
    boot: writeBoot({ record: sent, fields: told.fields, args: told.args }),
    handles,
  };
  return mapped ? spawnMapped(start) : spawnPiped(start, hub?.child);
}

/** Encodes the values that a child is told. */
function encodeFor(
  { args, fields }: ProcessLaunch,
  reach: "process" | "nothing" | "hub",
): Told {
  const to = "another process";
  const destination = { reach };
  const own = fields === undefined
    ? NOTHING
    : encode(fields, { root: "this", destination, to }).snapshot();
  const given = args.length === 0
    ? NOTHING
    : encode(args, { root: "args", destination, to }).snapshot();
  return {
    fields: own,
    args: given,
    handles: [...given.handles, ...own.handles],
  };
}

/** What the environment of a child tells the engine, as far as this program may know. */
function engineFlags(env: Record<string, string> = {}): string | undefined {
  const name = "DENO_V8_FLAGS";
  if (name in env) return env[name];
  return hasItem("env", name) ? Deno.env.get(name) : undefined;
}

/** A compiled program is what it would run: it would start itself for ever. */
function checkHasDeno(name: string): void {
  if (!Deno.build.standalone) return;
  throw new Deno.errors.NotSupported(
    `Cannot start ${name}: a program made by deno compile has no Deno to run; use Thread and ThreadPool, or start it by deno run`,
  );
}

/** Lets a child use what is at the hub, and nothing else that it may not. */
function expectAtHub(
  handles: readonly object[],
  permissions: readonly string[],
  { name }: BootRecord,
): { child: ExpectedChild; offer: HubOffer; flags: readonly string[] } {
  try {
    const mayConnect = grantsAll(permissions, "net");
    const child = expectChild("process", handles, mayConnect);
    const { offer } = child;
    if (mayConnect) return { child, offer, flags: permissions };
    const { hostname, port } = offer.places.loopback;
    const item = `${hostname}:${port}`;
    // To take it back would take that from it, too.
    if (grantsHost(permissions, hostname)) {
      return { child, offer, flags: permissions };
    }
    const flags = withItem(permissions, "net", item);
    return { child, offer: { ...offer, revoke: item }, flags };
  } catch (error) {
    if (error instanceof Error && !(error instanceof TypeError)) {
      error.message = `Cannot start ${name}: ${error.message}`;
    }
    throw error;
  }
}

/** The child finds its boot record in the shared memory. */
function spawnMapped(start: Start): LaunchedProcess {
  const { boot, handles } = start;
  const memory = processMemory();
  const id = claim(memory, memory.self);
  let settle = (_started: boolean) => {};
  try {
    const unit = allocate(memory, LENGTH_BYTES + boot.length, id);
    const bytes = memory.bytes(unit, LENGTH_BYTES + boot.length);
    new DataView(bytes.buffer, bytes.byteOffset).setUint32(
      0,
      boot.length,
      true,
    );
    bytes.set(boot, LENGTH_BYTES);
    const entry = participantAt(slotOf(id));
    memory.words[entry + PARTICIPANT.BOOT] = unit + 1;
    settle = handOver(handles, { process: id });
    const where = [Deno.pid, memory.mapping.fd, id].join(":");
    const child = spawn(start, where, "null");
    noteSpawned(memory, id, child.pid);
    settle(true);
    return {
      child,
      ended: endOf(start, child, memory, id),
      id,
      isRunning: () => isRunning(memory, id),
      noteKill: () => markKilled(memory, id),
    };
  } catch (error) {
    settle(false);
    // It has never been, so nobody misses it.
    recordEnd(memory, id, 0);
    reap(memory, id);
    throw error;
  }
}

/** The child, which has no shared memory, reads its boot record from its input. */
function spawnPiped(start: Start, expected?: ExpectedChild): LaunchedProcess {
  const { boot } = start;
  let child: Deno.ChildProcess;
  try {
    child = spawn(start, "stdin", "piped");
    expected?.settle(true, child.pid);
  } catch (error) {
    expected?.settle(false);
    expected?.left();
    throw error;
  }
  const writer = child.stdin.getWriter();
  const told = writer.write(boot);
  addUntold(start.launch.record.name, told);
  // A child that ends before it has read everything says so by its exit code.
  told.then(() => writer.close()).catch(() => {});
  const ended = endOf(start, child).finally(() => expected?.ended());
  return { child, ended, noteKill: expected?.noteKill };
}

function spawn(
  { launch, flags, modules }: Start,
  where: string,
  stdin: "null" | "piped",
): Deno.ChildProcess {
  const { entry, record, env, cwd, stdout, stderr } = launch;
  // Literal imports need no permission, so they name all that it may need.
  const imports = modules.map((url) => {
    const literal = JSON.stringify(url);
    return `${literal}:()=>import(${literal})`;
  });
  // The same text for the same target: the runtime keeps what it learns of it.
  const source = `import{boot}from${JSON.stringify(entry)};` +
    `await boot({${imports.join()}})`;
  const main = `data:text/javascript,${encodeURIComponent(source)}`;
  watchInterrupt();
  const command = new Deno.Command(denoCommand(), {
    args: ["run", ...flags, main, where, ...Deno.args],
    env,
    cwd,
    stdin,
    stdout,
    stderr,
  });
  let child;
  try {
    child = command.spawn();
  } catch (error) {
    if (error instanceof Error) {
      error.message = `Cannot start ${record.name}: ${error.message}`;
    }
    throw error;
  }
  addRunningProcess(child, record.daemon);
  // While it starts: it must be possible to end it though the permission is given up.
  keepCalls();
  log?.info(`started ${record.name} (pid ${child.pid})`);
  return child;
}

/** The modules that the child imports, no more than it needs for what it is told. */
function modulesFor(
  launch: ProcessLaunch,
  record: BootRecord,
  { fields, args, handles }: Told,
): readonly string[] {
  return [
    ...modulesOf(launch),
    ...(args === NOTHING && fields === NOTHING ? [] : [CODEC_DOOR]),
    ...(handles.length === 0 ? [] : [HANDLES_DOOR, ...sharedModules()]),
    ...(record.hub === undefined ? [] : [HUB_DOOR]),
    ...(record.log === undefined ? [] : [LOG_DOOR]),
  ];
}

/** The modules that the child imports for its target. */
function modulesOf(
  { record: { target }, subclassEntry, modules }: ProcessLaunch,
): readonly string[] {
  return [...new Set([...modulesOfTarget(target, subclassEntry), ...modules])];
}

function modulesOfTarget(
  target: TargetDescription,
  subclassEntry: string,
): readonly string[] {
  switch (target.kind) {
    case "inline":
      return [];
    case "module":
      return [target.module];
    case "export":
      return target.modules;
    case "subclass":
      return [
        ...target.modules,
        ...target.target === undefined
          ? []
          : modulesOfTarget(target.target, subclassEntry),
        subclassEntry,
      ];
  }
}

async function endOf(
  { launch: { record: { name } } }: Start,
  child: Deno.ChildProcess,
  memory?: Memory,
  id?: number,
): Promise<number> {
  const status = await child.status;
  const byCtrlC = isByCtrlC(child, status);
  if (byCtrlC || isEnding()) await outlastInterrupt(byCtrlC);
  if (log !== undefined) logEnd(`${name} (pid ${child.pid})`, status);
  if (memory !== undefined && id !== undefined) {
    const isForeign = status.success && hasNotBegun(memory, id);
    noteInterrupted(memory, id, byCtrlC);
    reapIfAllowed(memory, id);
    if (isForeign) {
      complain(neverBegan(name));
      return FAILED;
    }
  }
  return exitCodeOf(status, signalSentTo(child));
}

/** Whether a child has not read what it is to do. */
function hasNotBegun(memory: Memory, id: number): boolean {
  const at = participantAt(slotOf(id)) + PARTICIPANT.BOOT;
  return Atomics.load(memory.words, at) !== 0 && wasLast(memory, id);
}

function logEnd(who: string, { signal, code }: Deno.CommandStatus): void {
  if (signal === null) log?.info(`${who} has ended with exit code ${code}`);
  else if (signal === "SIGTERM" || signal === "SIGINT") {
    log?.info(`${who} was ended by ${signal}`);
  } else log?.warn(`${who} was ended by ${signal}`);
}

function grantsLibc(flag: string): boolean {
  return flag === "--allow-ffi" || flag === "--allow-all" || flag === "-A";
}
