import { knowModule } from "../codec/mod.ts";

/** Thrown when the other side of a socket has not proved that it knows the key. */
export class AuthenticationError extends Error {
  /** Creates the error. */
  constructor(message: string) {
    super(message);
    this.name = "AuthenticationError";
  }
}

knowModule(import.meta.url, { AuthenticationError });
