/**
 * Where this Deno is, as it is when this is loaded: once an upgrade has replaced that file,
 * the system says that it is deleted, and what is there now is what is to be run.
 */
export const DENO_PATH: string = Deno.execPath();
