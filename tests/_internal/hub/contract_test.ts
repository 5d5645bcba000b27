// Queues, pipes and locks at a hub, asked by a client: what processes do that share
// no memory. Here the client is in the process of its hub.

import { joinHub } from "../../../_internal/hub/client.ts";
import { expectChild } from "../../../_internal/hub/mod.ts";
import { testPrimitives } from "../../contracts/primitives.ts";

await joinHub(expectChild("process", [], true).offer);
// Each call is a question and an answer, so many are fewer here.
testPrimitives("another process", {
  items: { count: 20_000, atOnce: 1_000 },
  simpleItems: 2_000,
  waits: 100,
});
