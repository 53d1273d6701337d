import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A function's code as it is deployed. */
export interface Bundle {
  /** Its entry file, relative to functions/. */
  readonly entry: string;
  readonly file: string;
  readonly bytes: number;
}

/** Bundles every function that exports a handler, with the settings of lib/constructs/task-function.ts. */
export async function bundles(): Promise<Bundle[]> {
  const outdir = join(ROOT, '.cache', 'bench');
  const entries = globSync(['rpc/{task-rpc,object-rpc}.ts', 'workflows/*/handler.ts', 'reconciler/handler.ts'], {
    cwd: join(ROOT, 'functions'),
  }).toSorted();
  await build({
    absWorkingDir: ROOT,
    entryPoints: entries.map((entry) => join('functions', entry)),
    outbase: 'functions',
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    mainFields: ['module', 'main'],
    minify: true,
    keepNames: true,
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    logLevel: 'error',
  });
  return entries.map((entry) => {
    const file = join(outdir, entry.replace(/\.ts$/u, '.mjs'));
    return { entry, file, bytes: statSync(file).size };
  });
}
