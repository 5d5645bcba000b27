/**
 * Messages over sockets between programs that prove to each other that they know
 * the same key.
 *
 * @module
 */
export * from "./address.ts";
export * from "./auth_key.ts";
export * from "./authentication_error.ts";
export * from "./connect_socket.ts";
export {
  FRAME,
  type Frame,
  FRAME_HEADER_BYTES,
  FrameError,
  MAX_FRAME,
  writeFrameHead,
} from "./frame.ts";
export { FramedSocket } from "./framed_socket.ts";
export type { ListenerTls } from "./open_listener.ts";
export {
  type BareTerms,
  bareTerms,
  PROOF_BYTES,
  type SocketTerms,
} from "./handshake.ts";
export { mayListenPrivately } from "./private_address.ts";
export { SocketKeeper } from "./socket_keeper.ts";
export * from "./socket_server.ts";
export { removeStaleSocket } from "./stale_socket.ts";
