import { FRAME_HEADER_BYTES, PROOF_BYTES } from "../sockets/mod.ts";
import { LOAN_WORDS, RECALLED } from "./loan.ts";
import {
  LOAN_COUNT,
  REPLY_NUMBER_AT,
  REQUEST_CELL_AT,
  REQUEST_NUMBER_AT,
  TELL,
} from "./messages.ts";

/** First word of the loans, see `Loan`. */
const LOANS = 3;

/**
 * What a thread and the worker of its link agree on. The worker imports nothing, so it is
 * given this.
 *
 * | STATE    | means                              | next                         |
 * | -------- | ---------------------------------- | ---------------------------- |
 * | IDLE     | nothing is asked                   | ASKED or KEEP, by who asks   |
 * | ASKED    | something is to be written         | ANSWERED, ENDED or WRITTEN,  |
 * |          |                                    | by the worker                |
 * | ANSWERED | the answer is there                | IDLE, by who has asked       |
 * | ENDED    | the hub has ended                  |                              |
 * | KEEP     | loans are to be kept from now on   | IDLE or ENDED, by the worker |
 * | WRITTEN  | it is written, if loans are kept   | ANSWERED or ENDED, by the    |
 * |          |                                    | worker                       |
 *
 * The worker may end at any moment, so nobody changes a state but the one that it expects.
 */
export const LINK = {
  /** Words of the memory of both. */
  STATE: 0,
  LENGTH: 1,
  /** 1 once it is connected, 2 once it never will be. */
  CONNECTED: 2,
  LOANS,
  /** Bytes of these and the loans; then comes what is asked or answered. */
  HEAD_BYTES: (LOANS + LOAN_WORDS) * 4,
  IDLE: 0,
  ASKED: 1,
  ANSWERED: 2,
  ENDED: 3,
  KEEP: 4,
  WRITTEN: 5,
  LOAN_COUNT,
  RECALLED,
  FRAME_HEADER_BYTES,
  PROOF_BYTES,
  /** Kind of the reply that recalls a loan. */
  RECALL: TELL.RECALL,
  REPLY_NUMBER_AT,
  REQUEST_NUMBER_AT,
  REQUEST_CELL_AT,
} as const;
