import { findOutput, findVersion } from "./machine.ts";

/** The pools that ours are measured beside, at the versions that the figures are of. */
const PACKAGES: Readonly<Record<string, string>> = {
  piscina: "5.3.2",
  tinypool: "2.2.0",
  workerpool: "10.0.3",
  poolifier: "5.3.2",
};

/** The Node that they run on. */
const NODE = "24.21.0";

/** Their names, in the order of the table. */
export const PEERS: readonly string[] = Object.keys(PACKAGES);

/** Where and by what programs can be run that import them. */
export interface Peers {
  /** The command. */
  node: string;
  /** The version of that, as in `Node v24.21.0`. */
  version: string;
  folder: string;
}

/**
 * Installs the peers with npm into a folder for caches, unless they are there, and copies the
 * programs of `peers/` beside them.
 *
 * @throws {Error} If there is no Node or no npm, or npm cannot install them.
 */
export async function installPeers(): Promise<Peers> {
  const node = await findNode();
  const version = await findVersion(node);
  if (version === undefined) throw new Error("there is no node");
  const folder = `${cacheFolder()}/parallel-multiprocessing-bench`;
  await Deno.mkdir(folder, { recursive: true });
  const wanted = Object.entries(PACKAGES).map((pair) => pair.join("@"));
  const installed = `${folder}/installed.txt`;
  if (await readText(installed) !== wanted.join("\n")) {
    console.error(`installing ${wanted.join(", ")} into ${folder}`);
    await Deno.writeTextFile(
      `${folder}/package.json`,
      '{ "private": true, "type": "module" }\n',
    );
    await npmInstall(folder, wanted);
    await Deno.writeTextFile(installed, wanted.join("\n"));
  }
  const programs = new URL("peers/", import.meta.url);
  for await (const { name } of Deno.readDir(programs)) {
    await Deno.copyFile(new URL(name, programs), `${folder}/${name}`);
  }
  return { node, version: `Node ${version}`, folder };
}

/**
 * Finds the Node that the environment variable `NODE` says, or that npm gives at the version that the
 * figures are of, or else the one on the path.
 */
async function findNode(): Promise<string> {
  const wanted = Deno.env.get("NODE");
  if (wanted) return wanted;
  const fetched = await findOutput(
    Deno.build.os === "windows" ? "npx.cmd" : "npx",
    ["--yes", `node@${NODE}`, "--print", "process.execPath"],
  );
  if (fetched) return fetched;
  console.error(`npm does not give Node ${NODE}: it is the one on the path`);
  return "node";
}

async function npmInstall(folder: string, wanted: string[]): Promise<void> {
  const npm = Deno.build.os === "windows" ? "npm.cmd" : "npm";
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--save-exact"];
  let code: number;
  try {
    const command = new Deno.Command(npm, {
      args: ["install", ...flags, ...wanted],
      cwd: folder,
      stdin: "null",
      stdout: "null",
    });
    ({ code } = await command.spawn().status);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error("there is no npm");
  }
  if (code !== 0) throw new Error(`npm install ended with exit code ${code}`);
}

/** Where the system wants what can be fetched again. */
function cacheFolder(): string {
  const home = Deno.env.get("HOME") ?? Deno.env.get("USERPROFILE") ?? ".";
  switch (Deno.build.os) {
    case "darwin":
      return `${home}/Library/Caches`;
    case "windows":
      return Deno.env.get("LOCALAPPDATA") ?? `${home}/AppData/Local`;
    default:
      return Deno.env.get("XDG_CACHE_HOME") || `${home}/.cache`;
  }
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
