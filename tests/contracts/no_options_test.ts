// In the widest memory that this program can have. thread_memory_test.ts runs this file again,
// without --allow-ffi.

import { testNoOptions } from "./no_options_contract.ts";

testNoOptions();
