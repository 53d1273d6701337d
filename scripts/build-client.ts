import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { buildSync, transformSync } from 'esbuild';
import manifest from '../package.json' with { type: 'json' };
import { DIST, ROOT } from './build-paths.ts';

const OUT = join(DIST, 'client');
const TYPES = join(OUT, 'types');
const ENTRIES = ['index', 'connect'];

/**
 * Writes the package that publishers install: CommonJS, with ES modules that hand the same classes on, declarations,
 * the document for publishers and its schemas.
 */
export function buildClient(): void {
  rmSync(OUT, { recursive: true, force: true });
  mkdirSync(OUT, { recursive: true });
  writeModules();
  writeDeclarations();
  for (const entry of ENTRIES) {
    writeFileSync(join(OUT, `${entry}.mjs`), `export * from './${entry}.js';\n`);
    for (const ending of ['d.ts', 'd.mts'])
      writeFileSync(join(OUT, `${entry}.${ending}`), `export * from './types/client/${entry}.js';\n`);
  }
  writeFileSync(join(OUT, 'package.json'), `${JSON.stringify(clientManifest(), null, 2)}\n`);
  cpSync(join(ROOT, 'LICENSE'), join(OUT, 'LICENSE'));
  writeFileSync(join(OUT, 'README.md'), withoutPages(readFileSync(join(ROOT, 'docs', 'publishing.md'), 'utf8')));
  cpSync(join(ROOT, 'docs', 'schemas'), join(OUT, 'schemas'), { recursive: true });
}

/** A document whose links to other pages, which no package has, are plain words. */
const withoutPages = (text: string): string => text.replaceAll(/\[([^\]]+)\]\([\w./-]+\.md(?:#[\w-]+)?\)/gu, '$1');

/**
 * Splitting is for ES modules alone, so the parts are made first and become CommonJS one by
 * one: what they share stays shared.
 */
function writeModules(): void {
  const { outputFiles } = buildSync({
    absWorkingDir: ROOT,
    entryPoints: ENTRIES.map((entry) => `client/${entry}.ts`),
    outdir: OUT,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: ['@aws-sdk/*'],
    keepNames: true,
    logLevel: 'warning',
    write: false,
  });
  for (const { path, text } of outputFiles) {
    const { code } = transformSync(text, { format: 'cjs', platform: 'node', target: 'node20' });
    writeFileSync(path, code);
  }
}

function writeDeclarations(): void {
  const tsc = join(ROOT, 'node_modules', '.bin', 'tsc');
  execFileSync(tsc, ['--project', 'scripts/tsconfig.client.json', '--outDir', TYPES], { cwd: ROOT, stdio: 'inherit' });
  for (const file of readdirSync(TYPES, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.d.ts')) continue;
    const path = join(TYPES, file);
    writeFileSync(path, withPlainImports(readFileSync(path, 'utf8'), file));
  }
}

/** A reader of declarations knows neither our subpaths nor the endings of our sources. */
function withPlainImports(text: string, file: string): string {
  return text.replaceAll(
    /(from |import\()(['"])([#.][^'"]*)\2/gu,
    (_, before: string, quote: string, target: string) => {
      const plain = target.startsWith('#') ? relativeTo(file, resolved(target)) : target;
      return `${before}${quote}${plain.replace(/\.ts$/u, '.js')}${quote}`;
    },
  );
}

function relativeTo(file: string, target: string): string {
  const path = relative(dirname(file), target);
  return path.startsWith('.') ? path : `./${path}`;
}

/** Path from the root of what a subpath of the manifest names. */
function resolved(subpath: string): string {
  for (const [alias, target] of Object.entries(manifest.imports)) {
    const [head = '', tail] = alias.split('*');
    if (tail === undefined ? subpath === alias : subpath.startsWith(head))
      return join(target.replace('*', subpath.slice(head.length)));
  }
  throw new Error(`${subpath} is no subpath of package.json`);
}

/** Version, licence and the packages that a publisher has are those of the whole project. */
function clientManifest(): object {
  const { version, private: isPrivate, license, engines, peerDependencies, peerDependenciesMeta } = manifest;
  return {
    name: `${manifest.name}-client`,
    version,
    private: isPrivate,
    description: 'Publishes commands to the serverless conductor and makes object calls',
    license,
    type: 'commonjs',
    sideEffects: false,
    engines,
    main: './index.js',
    types: './index.d.ts',
    exports: { '.': entry('index'), './connect': entry('connect'), './package.json': './package.json' },
    peerDependencies,
    peerDependenciesMeta,
  };
}

const entry = (name: string): object => ({
  import: { types: `./${name}.d.mts`, default: `./${name}.mjs` },
  require: { types: `./${name}.d.ts`, default: `./${name}.js` },
});
