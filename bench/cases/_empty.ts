// What `deno run` runs where the cases compare with a program that does nothing.

export {};
