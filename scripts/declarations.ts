import ts from "typescript";
import { listImports } from "./list_imports.ts";
import { pathFromRoot, ROOT } from "./std_source.ts";
import { tokenize } from "./tokenize.ts";

const OPTIONS: ts.CompilerOptions = {
  declaration: true,
  isolatedDeclarations: true,
  module: ts.ModuleKind.ESNext,
  target: ts.ScriptTarget.ESNext,
};

/** A method whose name is a symbol comes out twice: first as a property. */
const TWICE = /^ +\[(Symbol\.\w+)\]: .*;\n(?=[^]*^ +(?:async )?\[\1\]\()/gm;

/**
 * Makes the declarations of modules, and of all that they speak of.
 *
 * Each is made from its own text alone. That is enough for what is public, whose types are all
 * written out; `deno lint` and `deno publish` see to that.
 *
 * @param paths The modules, as paths from the root: `queue/mod.ts`.
 * @returns The text of each declaration by its path: `queue/mod.d.ts`.
 */
export async function declare(
  paths: readonly string[],
): Promise<Map<string, string>> {
  const declared = new Map<string, string>();
  const waiting = [...paths];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (declared.has(declarationPath(path))) continue;
    const text = await Deno.readTextFile(new URL(path, ROOT));
    const { outputText: output } = ts.transpileDeclaration(text, {
      fileName: path,
      compilerOptions: OPTIONS,
    });
    const outputText = output.replace(TWICE, "");
    for (const { specifier } of listImports(tokenize(outputText))) {
      waiting.push(pathFromRoot(specifier, path));
    }
    declared.set(
      declarationPath(path),
      outputText.replace(/(?<=(?:from |import\()"\.[^"]*)\.ts(?=")/g, ".d.ts"),
    );
  }
  return declared;
}

/** Where the declaration of a module is. */
export function declarationPath(path: string): string {
  return path.replace(/\.ts$/, ".d.ts");
}
