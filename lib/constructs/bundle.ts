import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Stack } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { type BuildOptions, buildSync } from 'esbuild';
import type { IConstruct } from 'constructs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BUNDLES = join(ROOT, '.cache', 'bundles');

/** Providers of credentials that no function has a use for: a role's come from the environment. */
const UNUSED_PROVIDERS = ['http', 'ini', 'login', 'process', 'sso', 'web-identity'].map(
  (source) => `@aws-sdk/credential-provider-${source}`,
);

/**
 * Packages that are loaded on demand and lie beside the bundle, each with all that it needs: in a common bundle the
 * parts that they share with others would carry what they alone use, and would be read at every start.
 */
const APART = ['@aws-sdk/client-s3', '@aws-sdk/client-sts'];

/** Packages in whose place a bundle has a file of ours that does the same and is smaller. */
const REPLACED = { '@aws-sdk/endpoint-cache': './functions/adapters/dynamodb/endpoint-cache.ts' };

const SETTINGS = {
  absWorkingDir: ROOT,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  // Errors say their names themselves, so that a Catch knows them under minified classes too.
  minify: true,
  alias: REPLACED,
  // Clients bring the whole manifest of their package for the version that they send in a header.
  loader: { '.json': 'empty' },
  // CommonJS packages inside an ES module still call require for Node's own modules.
  banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  logLevel: 'warning',
} as const satisfies BuildOptions;

/** Folders of bundles that this process made: the object function of each cell is the same code. */
const bundled = new Set<string>();

/**
 * The code of a function as ES modules: what is needed at once in one file, and what is imported later in chunks of its
 * own.
 *
 * NodejsFunction writes one file, so that a client that is loaded on demand would be read at every start.
 */
export function bundle(scope: IConstruct, entry: string): Code {
  const file = join(ROOT, 'functions', entry);
  if (!Stack.of(scope).bundlingRequired) return Code.fromAsset(dirname(file));
  return Code.fromAsset(bundleOf(entry));
}

/** Folder with the bundle of an entry file, made once per process; two processes need a place each. */
export function bundleOf(entry: string, place = BUNDLES): string {
  const folder = join(place, entry.replace(/\.ts$/u, ''));
  if (!bundled.has(folder)) build(join(ROOT, 'functions', entry), folder);
  bundled.add(folder);
  return folder;
}

function build(file: string, outdir: string): void {
  rmSync(outdir, { recursive: true, force: true });
  const { metafile } = buildSync({
    ...SETTINGS,
    entryPoints: [{ in: file, out: 'index' }],
    outdir,
    outExtension: { '.js': '.mjs' },
    splitting: true,
    chunkNames: 'chunk-[hash]',
    external: [...UNUSED_PROVIDERS, ...APART],
    metafile: true,
  });
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports.map(({ path }) => path));
  for (const name of APART) if (imports.includes(name)) buildApart(name, join(outdir, 'node_modules', name));
}

/** A package in one file, where Node looks for it. */
function buildApart(name: string, outdir: string): void {
  buildSync({ ...SETTINGS, entryPoints: [name], outfile: join(outdir, 'index.mjs'), external: UNUSED_PROVIDERS });
  writeFileSync(join(outdir, 'package.json'), JSON.stringify({ name, type: 'module', exports: './index.mjs' }));
}
