/** What is to be found out, and where to say it. */
export interface StaleQuestion {
  readonly path: string;
  /** One word, which is 0 until it is known. */
  readonly words: Int32Array;
  /** Milliseconds between the two attempts to connect. */
  readonly pause: number;
}

interface Scope {
  onmessage: ((event: { readonly data: StaleQuestion }) => void) | null;
}

/**
 * Says 1 if nobody listens at a path, else 2. It runs in a worker, so that a thread can
 * block for it. Its text is all that the worker gets, so it uses nothing around it.
 */
export function staleMain(scope: Scope): void {
  scope.onmessage = async ({ data: { path, words, pause } }) => {
    let isStale = await isRefused(path);
    if (isStale) {
      await new Promise((resolve) => setTimeout(resolve, pause));
      isStale = await isRefused(path);
    }
    Atomics.store(words, 0, isStale ? 1 : 2);
    Atomics.notify(words, 0);
  };

  async function isRefused(path: string): Promise<boolean> {
    try {
      const conn = await Deno.connect({ transport: "unix", path });
      conn.close();
      return false;
    } catch (error) {
      return error instanceof Deno.errors.ConnectionRefused;
    }
  }
}
