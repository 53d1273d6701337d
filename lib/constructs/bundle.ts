import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Stack } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';
import type { IConstruct } from 'constructs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BUNDLES = join(ROOT, '.cache', 'bundles');

/** Providers of credentials that no function has a use for: a role's come from the environment. */
const UNUSED_PROVIDERS = ['http', 'ini', 'login', 'process', 'sso', 'web-identity'].map(
  (source) => `@aws-sdk/credential-provider-${source}`,
);

/** Entries that are bundled in this process: the object function of each cell is the same code. */
const bundled = new Map<string, string>();

/**
 * The code of a function as ES modules: what is needed at once in one file, and what is imported later in chunks of its own.
 *
 * NodejsFunction writes one file, so that a client that is loaded on demand would be read at every start.
 */
export function bundle(scope: IConstruct, entry: string): Code {
  const file = join(ROOT, 'functions', entry);
  if (!Stack.of(scope).bundlingRequired) return Code.fromAsset(dirname(file));
  return Code.fromAsset(bundleOf(entry));
}

/** Folder with the bundle of an entry file, made once per process. */
export function bundleOf(entry: string): string {
  const made = bundled.get(entry) ?? build(join(ROOT, 'functions', entry), join(BUNDLES, entry.replace(/\.ts$/u, '')));
  bundled.set(entry, made);
  return made;
}

function build(file: string, outdir: string): string {
  rmSync(outdir, { recursive: true, force: true });
  buildSync({
    absWorkingDir: ROOT,
    entryPoints: [{ in: file, out: 'index' }],
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    chunkNames: 'chunk-[hash]',
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    minify: true,
    // State machines match errors by name: a minified class name would pass every Catch by.
    keepNames: true,
    external: UNUSED_PROVIDERS,
    // CommonJS packages inside an ES module still call require for Node's own modules.
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    logLevel: 'warning',
  });
  return outdir;
}
