/** What sockets between managers and other programs are for. */
export const PURPOSE = "manager";
/** Most bytes of a message that either side takes. */
export const MAX_MESSAGE = 2 ** 30;
