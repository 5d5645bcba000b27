/** The processes that this isolate has started and that have not ended. */
export const children: Set<object> = new Set();
