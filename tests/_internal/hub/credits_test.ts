import { assert, assertFalse } from "@std/assert";
import { Credits } from "../../../_internal/hub/credits.ts";
import {
  EPOCHS,
  FORM,
  NO_BODY,
  readReply,
  replyLength,
  TELL,
  writeReply,
} from "../../../_internal/hub/messages.ts";
import type { RelayedHolding } from "../../../_internal/hub/relayed_holding.ts";

/** An epoch as it comes in a reply. */
function told(epoch: number): number {
  const bytes = new Uint8Array(replyLength(NO_BODY));
  writeReply(bytes, 0, {
    kind: TELL.CREDIT,
    form: FORM.PLAIN,
    carries: false,
    epoch,
    number: 0,
    extra: 0,
    body: NO_BODY,
  });
  return readReply(bytes).epoch;
}

Deno.test("Credits end by a new epoch, and not by what is from an older one, however many are between", () => {
  const holding = {} as RelayedHolding;
  const credits = new Credits();
  // A thread that is blocked hears of epochs by its link only; the rest it reads later.
  credits.saw(told(1_000));
  credits.add(holding, 10, told(1_000));
  credits.saw(told(1));
  assert(credits.spend(holding, 1));
  credits.saw(told(2_000));
  assertFalse(credits.spend(holding, 1));
  // They begin anew.
  credits.saw(told(EPOCHS / 2));
  credits.saw(told(EPOCHS - 1));
  credits.add(holding, 10, told(EPOCHS - 1));
  credits.saw(told(0));
  assertFalse(credits.spend(holding, 1));
});
