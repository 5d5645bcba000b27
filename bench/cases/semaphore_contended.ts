// Times per second that two processes together take the one permit, add to a number, and give it back.

import { Semaphore } from "@parallel/multiprocessing";
import { reportContended } from "./_contended.ts";

if (import.meta.main) await reportContended(() => new Semaphore(1));
