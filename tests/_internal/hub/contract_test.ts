// Queues, pipes and locks at a hub, asked by a client: what processes do that share
// no memory. Here the client is in the process of its hub.

import { joinHub } from "../../../_internal/hub/client.ts";
import { expectChild } from "../../../_internal/hub/mod.ts";
import { testNoOptions } from "../../contracts/no_options_contract.ts";
import { testPrimitives } from "../../contracts/primitives.ts";

await joinHub(expectChild("process", [], true).offer);
testNoOptions();
// Each call is a question and an answer, so many are fewer here.
testPrimitives("another process", {
  items: { count: 20_000, atOnce: 1_000 },
  simpleItems: 2_000,
  waits: 100,
});
