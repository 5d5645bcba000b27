// What becomes of answers whose values wait for a module.

import { assertEquals } from "@std/assert";
import { NOTHING } from "../../../_internal/channel/mod.ts";
import { type Intake, toldFunction } from "../../../_internal/lanes/mod.ts";
import { type AnswerEvents, Answers } from "../../../pool/_answers.ts";
import type { Crew } from "../../../pool/_crew.ts";
import { Measures } from "../../../pool/_measures.ts";
import { FROM, Message, TO, UNMEASURED } from "../../../pool/_messages.ts";
import { Task } from "../../../pool/_task.ts";

/** A worker that has been sent a task, and what answers are told of and lead to. */
function receive(decode: () => unknown) {
  const told: unknown[] = [];
  const task = new Task(
    7,
    toldFunction(() => {}, "apply"),
    TO.CALL,
    { timeout: 0, signal: undefined, retries: 0, priority: 0 },
    [],
    {
      resolve: (value) => told.push(["resolved", value]),
      reject: (error) => told.push(["rejected", error]),
    },
  );
  const worker = { number: 1, name: "Worker-1", sent: [task], done: 0 };
  const crew = { workers: new Map([[1, worker]]) } as unknown as Crew;
  const events = {
    answered() {},
    failed: (error: unknown) => told.push(["failed", error]),
  } as unknown as AnswerEvents;
  const intake = { decode } as unknown as Intake;
  const answers = new Answers(crew, intake, new Measures(), events);
  const take = (kind: number) => {
    const message = new Message(kind, 0, 1, task.number, UNMEASURED, NOTHING);
    const bytes = new Uint8Array(message.byteLength);
    message.writeTo(bytes);
    answers.take(bytes);
  };
  return { answers, take, told };
}

Deno.test("Answers.rejectLate() rejects what waits for a module, once", async () => {
  for (const kind of [FROM.RETURNED, FROM.THREW]) {
    const module = Promise.withResolvers<unknown>();
    const { answers, take, told } = receive(() => module.promise);
    take(kind);
    assertEquals(told, []);
    answers.rejectLate("it is over");
    assertEquals(told, [["rejected", "it is over"]]);
    module.resolve("late");
    await module.promise;
    answers.rejectLate("it is over");
    assertEquals(told.length, 1);
  }
});

Deno.test("Answers gives what waits for a module once that is loaded, or says why not", async () => {
  const module = Promise.withResolvers<unknown>();
  const { answers, take, told } = receive(() => module.promise);
  take(FROM.RETURNED);
  module.resolve("late");
  await module.promise;
  answers.rejectLate("it is over");
  assertEquals(told, [["resolved", "late"]]);
  const broken = Promise.reject("broken");
  const other = receive(() => broken);
  other.take(FROM.RETURNED);
  await broken.catch(() => {});
  await undefined;
  assertEquals(other.told, [["rejected", "broken"]]);
});

Deno.test("Answers tells of the error of an initializer once its module is loaded, or why not", async () => {
  const module = Promise.withResolvers<unknown>();
  const { take, told } = receive(() => module.promise);
  take(FROM.INITIALIZER_FAILED);
  assertEquals(told, []);
  module.resolve("the error");
  await module.promise;
  assertEquals(told, [["failed", "the error"]]);
  const broken = Promise.reject("broken");
  const other = receive(() => broken);
  other.take(FROM.INITIALIZER_FAILED);
  await broken.catch(() => {});
  assertEquals(other.told, [["failed", "broken"]]);
  const unreadable = receive(() => {
    throw "unreadable";
  });
  unreadable.take(FROM.INITIALIZER_FAILED);
  assertEquals(unreadable.told, [["failed", "unreadable"]]);
});
