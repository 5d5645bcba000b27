import {
  allEnded,
  beginBoot,
  type Construct,
  joinThread,
  onUncaught,
  report,
  runBoot,
  type ThreadBoot,
} from "../_internal/launch/child_thread.ts";

/** Of a worker; the types here are those of a window. */
declare function postMessage(message: unknown): void;

addEventListener("message", (event) => {
  boot((event as MessageEvent<ThreadBoot>).data);
}, { once: true });

async function boot(message: ThreadBoot): Promise<void> {
  const ownEnd = joinThread(message);
  const told = beginBoot(message.boot);
  const { record } = told;
  const { close } = globalThis;
  const end = (exitCode: number) => {
    ownEnd.tell(exitCode);
    postMessage(null);
    close();
  };
  // As the operating system has them: 0 to 255.
  const exitCode = () => Deno.exitCode & 0xff;
  // However it ends, whoever joins it is to know.
  globalThis.close = () => end(exitCode());
  addEventListener("unload", () => {
    ownEnd.tell(exitCode());
    // Its starter may wait for its end without a join.
    postMessage(null);
  });
  const fail = (error: unknown) => {
    // One that was terminated and goes on for a while has nothing to say. Others say what
    // has failed first: who waits for the end of a thread may end the program then.
    if (!ownEnd.isKnown()) report("Thread", record, error);
    end(1);
  };
  onUncaught(fail);
  try {
    await runBoot(
      told,
      (url) => import(url),
      construct,
    );
    await allEnded();
    end(exitCode());
  } catch (error) {
    fail(error);
  }
}

async function construct(
  ...told: Parameters<Construct>
): ReturnType<Construct> {
  const { becomeCurrentThread } = await import("./current.ts");
  return becomeCurrentThread(...told);
}
