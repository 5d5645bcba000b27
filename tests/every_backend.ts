/**
 * Whether to run again, without shared memory, what has been tested with it. It takes minutes, so
 * whoever has few of them sets `TEST_BACKENDS=one`: then the contracts run on each backend, and
 * what is built on them does not.
 */
export const EVERY_BACKEND = Deno.env.get("TEST_BACKENDS") !== "one";
