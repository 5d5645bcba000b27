const WINDOWS = Deno.build.os === "windows";

/**
 * The path of a `file:` URL.
 *
 * @param url a URL whose protocol is `file:`
 * @returns the path as the operating system writes it
 */
export function filePath(url: URL): string {
  const path = decodeURIComponent(
    url.pathname.replace(/%(?![0-9A-Fa-f]{2})/g, "%25"),
  );
  if (!WINDOWS) return path;
  const slashes = path.replaceAll("/", "\\");
  return url.hostname
    ? `\\\\${url.hostname}${slashes}`
    : slashes.replace(/^\\(?=[A-Za-z]:)/, "");
}

/**
 * Makes a path absolute and takes `.` and `..` out of it.
 *
 * @param path the path, absolute or relative
 * @param directory the absolute directory a relative one starts at
 * @returns the absolute path
 */
export function absolutePath(path: string, directory: string): string {
  const slashed = WINDOWS ? path.replaceAll("\\", "/") : path;
  const absolute = slashed.startsWith("/") ||
    (WINDOWS && /^[A-Za-z]:/.test(slashed));
  const whole = absolute
    ? slashed
    : `${WINDOWS ? directory.replaceAll("\\", "/") : directory}/${slashed}`;
  const parts: string[] = [];
  for (const part of whole.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  if (!WINDOWS) return `/${parts.join("/")}`;
  return (whole.startsWith("//") ? "\\\\" : "") + parts.join("\\");
}

/** The directory a file is in; of a root, the root. */
export function parentDirectory(path: string): string {
  const cut = Math.max(
    path.lastIndexOf("/"),
    WINDOWS ? path.lastIndexOf("\\") : -1,
  );
  if (cut <= 0) return WINDOWS ? path : "/";
  return path.slice(0, cut);
}

/** The current working directory, or nothing where it cannot be told. */
export function workingDirectory(): string | undefined {
  try {
    return Deno.cwd();
  } catch {
    return undefined;
  }
}

/** The URL a text is, if it is one and no path. */
export function urlOf(text: string): URL | undefined {
  // One letter before the colon is a drive of Windows.
  return /^[A-Za-z][A-Za-z0-9+.-]+:/.test(text) && URL.canParse(text)
    ? new URL(text)
    : undefined;
}
