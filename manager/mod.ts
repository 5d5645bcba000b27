/**
 * @module
 */
export { BaseProxy } from "./base_proxy.ts";
export * from "./dict_proxy.ts";
export * from "./list_proxy.ts";
export * from "./manager.ts";
