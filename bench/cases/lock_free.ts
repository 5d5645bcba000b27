// Microseconds to acquire and release a lock that nobody else wants.

import { Lock } from "@parallel/multiprocessing";
import { reportFree } from "./_free.ts";

if (import.meta.main) await reportFree(new Lock());
