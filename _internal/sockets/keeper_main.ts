import type { SocketFile } from "./open_listener.ts";

interface Scope {
  onmessage: ((event: { readonly data: SocketFile }) => void) | null;
  postMessage(message: null): void;
}

/**
 * Ends this process when SIGTERM comes, but removes the file of its socket first, if that
 * is still its own. It is told of the file, and says when it listens. It runs in a worker,
 * so it does so while the main thread computes, too. Its text is all that the worker gets,
 * so it uses nothing around it.
 */
export function keeperMain(scope: Scope): void {
  let file: SocketFile | undefined;
  scope.onmessage = ({ data }) => file = data;
  Deno.addSignalListener("SIGTERM", () => {
    try {
      if (file !== undefined && Deno.lstatSync(file.path).ino === file.inode) {
        Deno.removeSync(file.path);
      }
    } catch {
      // It has gone already.
    }
    // Nothing else that listens here keeps it alive.
    Deno.kill(Deno.pid, "SIGKILL");
  });
  scope.postMessage(null);
}
