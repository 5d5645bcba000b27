// Microseconds to acquire and release a permit that nobody else wants.

import { Semaphore } from "@parallel/multiprocessing";
import { reportFree } from "./_free.ts";

if (import.meta.main) await reportFree(new Semaphore(2));
