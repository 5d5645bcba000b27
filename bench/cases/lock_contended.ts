// Times per second that two processes together acquire a lock, add to a number, and release it.

import { Lock } from "@parallel/multiprocessing";
import { reportContended } from "./_contended.ts";

if (import.meta.main) await reportContended(() => new Lock());
