// The contract of connections over sockets of every kind, on the widest memory and on
// that of threads.

import {
  type Address,
  connect,
  type Connection,
  Listener,
} from "../../pipe/mod.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";
import { testAgain } from "../run_again.ts";
import { type Pair, testMessages } from "./connection_contract.ts";

/** Whether this is the run on the memory of threads. */
const again = Deno.args.includes("again");
if (!again) leaveNothing();

const KINDS: Record<string, () => Address | undefined> = {
  "its own address": () => undefined,
  "TCP": () => ({ hostname: "127.0.0.1", port: 0 }),
  "a Unix socket": () => `${Deno.makeTempDirSync()}/socket`,
};

/** What the test that runs has made: sockets that nobody closes stay for long. */
const made: Connection<never>[] = [];

Deno.test.afterEach(() => {
  for (const connection of made.splice(0)) connection.close();
});

/** Connects to ourselves. */
async function pairOver<T>(address: Address | undefined): Promise<Pair<T>> {
  using listener = new Listener<T>({ address });
  const accepted = listener.accept();
  const ends: Connection<T>[] = [
    await connect<T>(listener.address),
    await accepted,
  ];
  if (typeof address === "string") removeFolderOf(address);
  made.push(...ends as unknown as Connection<never>[]);
  return {
    [Symbol.iterator]: () => ends[Symbol.iterator](),
    [Symbol.dispose]() {
      for (const end of ends) end.close();
    },
  };
}

function removeFolderOf(path: string): void {
  Deno.removeSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
}

for (const [kind, address] of Object.entries(KINDS)) {
  if (again && kind !== "TCP") continue;
  testMessages(`Connection over ${kind}`, () => pairOver(address()), {
    to: "another program",
    remote: true,
  });
}

if (!again) {
  testAgain(
    "Connection over a socket does the same without --allow-ffi",
    "contracts without FFI",
    [new URL(import.meta.url)],
    {
      timeout: 120,
      args: ["again"],
      passed: /ok \| (?:2[2-9]|[3-9]\d) passed \| 0 failed \(/,
    },
  );
}
