// Microseconds to acquire and release a reentrant lock that nobody else wants.

import { RLock } from "@parallel/multiprocessing";
import { reportFree } from "./_free.ts";

if (import.meta.main) await reportFree(new RLock());
