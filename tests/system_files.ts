// Files below /proc and /dev, as tests look at processes with them. The runtime shows them only to
// programs that may do everything; one that may do less, but run others, asks `cat` and `ls`.

const IS_WHOLE = (["run", "read", "write", "net", "env", "sys", "ffi"] as const)
  .every((name) => Deno.permissions.querySync({ name }).state === "granted");

/**
 * Reads a file. What is in `/proc/self` is that of another process for who asks one: use the id.
 *
 * @throws {Deno.errors.NotFound} If it is not there or cannot be read.
 */
export function readSystemFile(path: string): string {
  return IS_WHOLE ? Deno.readTextFileSync(path) : ask("cat", "--", path);
}

/**
 * The names of what is in a folder.
 *
 * @throws {Deno.errors.NotFound} If it is not there or cannot be read.
 */
export function listSystemFolder(path: string): string[] {
  if (IS_WHOLE) return Array.from(Deno.readDirSync(path), ({ name }) => name);
  return linesOf(ask("ls", "-A", "--", `${path}/`));
}

/** What the files of this process are that are open. */
export function openFiles(): string[] {
  const folder = `/proc/${Deno.pid}/fd`;
  // What has been closed since it was listed has no target.
  if (!IS_WHOLE) {
    const search = 'find "$0" -type l -printf "%l\\n" 2> /dev/null; :';
    return linesOf(ask("sh", "-c", search, folder));
  }
  return Array.from(Deno.readDirSync(folder), ({ name }) => {
    try {
      return Deno.readLinkSync(`${folder}/${name}`);
    } catch {
      return "gone";
    }
  });
}

/** The ids of the processes that have `NAME=value` in the environment of their start. Linux only. */
export function listMarked(marker: string): number[] {
  if (Deno.build.os !== "linux") return [];
  if (IS_WHOLE) {
    return listSystemFolder("/proc").map(Number)
      .filter((pid) => pid > 0 && hasMarker(pid, marker));
  }
  const search = 'grep -lsFe "$0" /proc/[0-9]*/environ; :';
  return linesOf(ask("sh", "-c", search, marker))
    .map((path) => Number(path.split("/")[2]));
}

/** The ids of the processes that this one has started and not waited for. Linux only. */
export function listChildren(): number[] {
  if (!IS_WHOLE) {
    // The shell is one itself, and says so first.
    const [shell, ...stats] = linesOf(
      ask("sh", "-c", "echo $$; cat /proc/[0-9]*/stat 2> /dev/null; :"),
    );
    return childrenIn(stats).filter((pid) => String(pid) !== shell);
  }
  return childrenIn(
    listSystemFolder("/proc").filter((name) => /^\d+$/.test(name))
      .map((pid) => {
        try {
          return readSystemFile(`/proc/${pid}/stat`);
        } catch {
          // It has ended since.
          return "";
        }
      }),
  );
}

/** What a process maps that has no name in any file system: device, inode, and what it is called. */
export function mappedMemories(pid: number): string[] {
  let maps;
  try {
    maps = readSystemFile(`/proc/${pid}/maps`);
  } catch {
    // It has ended or is not ours.
    return [];
  }
  const found = linesOf(maps).filter((it) => it.includes("/memfd:"))
    .map((it) => it.split(/\s+/).slice(3).join(" "));
  return [...new Set(found)].toSorted();
}

/** Those of our children among what `/proc/<pid>/stat` says of processes. */
function childrenIn(stats: string[]): number[] {
  return stats
    .filter((it) => it.split(") ").at(-1)!.split(" ")[1] === String(Deno.pid))
    .map((it) => parseInt(it));
}

function hasMarker(pid: number, marker: string): boolean {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/environ`).split("\0")
      .includes(marker);
  } catch {
    // It is gone or not ours.
    return false;
  }
}

function ask(command: string, ...args: string[]): string {
  const { success, stdout, stderr } = new Deno.Command(command, {
    args,
    // So that it is not among those that it looks for.
    clearEnv: true,
    env: { PATH: "/usr/bin:/bin" },
  }).outputSync();
  if (success) return new TextDecoder().decode(stdout);
  throw new Deno.errors.NotFound(new TextDecoder().decode(stderr));
}

function linesOf(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}
