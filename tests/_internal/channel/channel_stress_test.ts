import { assert, assertEquals } from "@std/assert";
import { Channel, emptyChannel } from "../../../_internal/channel/mod.ts";
import {
  allocate,
  allocateCell,
  freeCell,
  letGo,
  releaseBlock,
} from "../../../_internal/memory/mod.ts";
import { reap } from "../../../_internal/handles/reap.ts";
import { parkingOf } from "../../../_internal/parking/mod.ts";
import { TOLD_MS } from "../../told.ts";
import {
  type Actor,
  type Backend,
  BACKENDS,
  PROCESSES,
  usageOf,
} from "../memory/backends.ts";
import {
  ACTORS,
  LEDGER,
  LEDGER_BYTES,
  MOST,
  randomFrom,
} from "./stress_roles.ts";

const ROLES = new URL("./stress_roles.ts", import.meta.url).href;
const SECONDS = Number(Deno.env.get("STRESS_SECONDS") ?? 3);
const SEED = Number(Deno.env.get("STRESS_SEED") ?? Date.now() % 1_000_000);
const QUEUE = 2;

interface Troupe {
  readonly role: "write" | "get";
  readonly actors: Map<Actor, number>;
  started: number;
  killed: number;
}

async function pause(ms: number): Promise<number> {
  const before = performance.now();
  await new Promise((resolve) => setTimeout(resolve, ms));
  return performance.now() - before - ms;
}

/** Lets writers and readers work, and kills some of them all the time. */
async function stress(
  { memory, start }: Backend,
  { kills, maxCount, maxBytes }: {
    kills: boolean;
    maxCount: number;
    maxBytes: number;
  },
): Promise<void> {
  const random = randomFrom(SEED);
  const seed = () => Math.floor(random() * 2 ** 31);
  const before = usageOf(memory);
  const cell = allocateCell(memory, QUEUE);
  const channel = new Channel(parkingOf(memory), cell);
  channel.limit(maxCount, maxBytes);
  const ledgerUnit = allocate(memory, LEDGER_BYTES, memory.self);
  const ledger = memory.dataWords(ledgerUnit, LEDGER_BYTES / 4);
  ledger.fill(0);

  const troupes: Troupe[] = (["write", "get"] as const).map((role) => ({
    role,
    actors: new Map(),
    started: 0,
    killed: 0,
  }));
  const [writers, readers] = troupes;
  const complaints: unknown[] = [];
  const hire = async (troupe: Troupe) => {
    const number = troupe.started++;
    const actor = start(ROLES, troupe.role, cell, ledgerUnit, number, seed());
    assertEquals(await actor.next(), "ready");
    troupe.actors.set(actor, number);
    const listen = async () => {
      for (;;) {
        const report = await Promise.race([
          actor.next().catch(() => "nothing for long"),
          actor.ended.then(() => "done"),
        ]);
        if (report === "done") break;
        if (report !== "nothing for long") complaints.push(report);
      }
      const code = await actor.ended;
      // Who was killed has been taken off before.
      if (troupe.actors.delete(actor) && code !== 0) {
        complaints.push(`${troupe.role} ${number} ended with ${code}`);
      }
    };
    void listen();
  };
  const sum = (from: number, { actors }: Troupe) => {
    let total = 0;
    for (const number of actors.values()) {
      total += Atomics.load(ledger, from + number);
    }
    return total;
  };

  let slowest = 0;
  let rounds = 0;
  const end = performance.now() + SECONDS * 1000;
  while (performance.now() < end) {
    for (const troupe of troupes) {
      while (troupe.actors.size < 2 && troupe.started < ACTORS) {
        await hire(troupe);
      }
    }
    await pause(random() * 40);
    if (!kills) continue;
    rounds++;
    const troupe = random() < 0.5 ? writers : readers;
    const victims = [...troupe.actors.keys()];
    if (victims.length < 2) continue;
    const victim = victims[Math.floor(random() * victims.length)];
    // As if we were slow to notice, every other time.
    victim.reaps = random() < 0.5;
    victim.kill();
    troupe.killed++;
    troupe.actors.delete(victim);
    // Survivors go on, but for what the machine took.
    const killed = performance.now();
    const got = sum(LEDGER.GOT, readers);
    const put = sum(LEDGER.PUT, writers);
    let stalled = 0;
    for (;;) {
      const going = writers.actors.size === 0 || readers.actors.size === 0 ||
        sum(LEDGER.GOT, readers) !== got && sum(LEDGER.PUT, writers) !== put;
      if (going) break;
      stalled += await pause(1);
      const waited = performance.now() - killed - stalled;
      slowest = Math.max(slowest, waited);
      assert(
        waited < TOLD_MS,
        `nothing went on for ${waited} ms, seed ${SEED}`,
      );
    }
    await victim.ended;
    if (!victim.reaps) reap(memory, victim.id);
  }

  // First the writers end, then the readers, who take what is left.
  for (const [stop, { actors }] of [[1, writers], [2, readers]] as const) {
    Atomics.store(ledger, LEDGER.STOP, stop);
    while (actors.size > 0) {
      channel.wakeAll();
      await pause(5);
    }
  }

  let put = 0;
  let lost = 0;
  for (let writer = 0; writer < writers.started; writer++) {
    const sure = ledger[LEDGER.PUT + writer];
    put += sure;
    for (let number = 0; number < MOST; number++) {
      const count = ledger[LEDGER.COUNTS + writer * MOST + number];
      assert(count <= 1, `message ${number} of ${writer} came ${count} times`);
      if (number < sure && count === 0) lost++;
      assert(number <= sure || count === 0);
    }
  }
  const emptyPut = ledger[LEDGER.EMPTY_PUT];
  const emptyGot = ledger[LEDGER.EMPTY_GOT];
  lost += Math.max(0, emptyPut - emptyGot);
  assertEquals(complaints, [], `seed ${SEED}`);
  assert(lost <= readers.killed, `${lost} lost, ${readers.killed} killed`);
  assert(emptyGot - emptyPut <= writers.killed);
  assertEquals(channel.size, 0);
  assert(put > 0);

  releaseBlock(memory, ledgerUnit, memory.self);
  const after = usageOf(memory);
  assertEquals(after, {
    participants: before.participants,
    cells: before.cells + 1,
    units: before.units + 1,
  }, `seed ${SEED}`);
  assert(letGo(memory, cell, memory.self));
  freeCell(memory, cell, (each) => emptyChannel(memory, each, () => {}));
  assertEquals(usageOf(memory), before);
  if (Deno.env.has("STRESS_SECONDS")) {
    console.log(
      `seed ${SEED}: ${put + emptyPut} put, ${lost} lost, killed ` +
        `${writers.killed} writers and ${readers.killed} readers, ` +
        `slowest to go on ${Math.round(slowest)} ms`,
    );
  }
}

// The calls that wait in the kernel end a little later than the waits.
const UNSANITIZED = { sanitizeOps: false, sanitizeResources: false };

for (const backend of BACKENDS) {
  const { name } = backend;
  const kills = name === "ProcessMemory";
  const how = kills ? "while writers and readers are killed" : "among threads";
  backend.test(
    `Channel in ${name} delivers each message once, whole and in order, ${how}`,
    () => stress(backend, { kills, maxCount: 50, maxBytes: 0 }),
    UNSANITIZED,
  );
}

PROCESSES.test(
  "Channel with a limit of bytes stays whole while writers and readers are killed",
  () => stress(PROCESSES, { kills: true, maxCount: 0, maxBytes: 1 << 20 }),
  UNSANITIZED,
);
