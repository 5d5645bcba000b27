/** Where this library is. */
const PACKAGE = new URL("../../", import.meta.url).href;
/**
 * A module in one of its folders, or a piece of the built package. Not what an isolate begins with,
 * as that does something when it is loaded; and nothing by which a path leads elsewhere.
 */
const HOME =
  /^(?:(?:_internal|manager|pipe|pool|process|queue|sync)\/(?:\w+\/)*\w+(?<!_entry)\.[jt]s|piece-\w+\.js)$/;

/**
 * Whether a module is one of this library that classes of shared objects may be in. Others may
 * have named it, so nothing else is to be loaded.
 */
export function isOwnModule(url: string): boolean {
  return url.startsWith(PACKAGE) && HOME.test(url.slice(PACKAGE.length));
}
