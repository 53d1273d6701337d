import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OUT = join(ROOT, 'dist');
const TYPES = join(OUT, 'types');
const ENTRIES = ['index', 'connect'];

/** Bundles what publishers import, with declarations; the SDK's clients stay the user's own. */
rmSync(OUT, { recursive: true, force: true });
buildSync({
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
});
execFileSync(
  join(ROOT, 'node_modules', '.bin', 'tsc'),
  ['--project', 'scripts/tsconfig.client.json', '--outDir', TYPES],
  { cwd: ROOT, stdio: 'inherit' },
);
for (const file of readdirSync(TYPES, { recursive: true, encoding: 'utf8' })) {
  if (!file.endsWith('.d.ts')) continue;
  const path = join(TYPES, file);
  writeFileSync(path, withPlainImports(readFileSync(path, 'utf8'), file));
}
console.log(`dist: ${ENTRIES.join(', ')} with declarations`);

/** A reader of declarations knows neither our subpaths nor the endings of our sources. */
function withPlainImports(text: string, file: string): string {
  return text.replaceAll(
    /(from |import\()(['"])([#.][^'"]*)\2/gu,
    (_, before: string, quote: string, target: string) => {
      const plain = target.startsWith('#') ? relativeTo(file, target) : target;
      return `${before}${quote}${plain.replace(/\.ts$/u, '.js')}${quote}`;
    },
  );
}

function relativeTo(file: string, target: string): string {
  const special: Readonly<Record<string, string>> = { '#client': 'client/index', '#errors': 'errors' };
  const path = relative(join(file, '..'), `${special[target] ?? target.slice(1)}.js`);
  return path.startsWith('.') ? path : `./${path}`;
}
