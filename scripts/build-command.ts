import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { bundlePage } from '#cli/console/bundle-page';
import { DIST, ROOT } from './build-paths.ts';

/**
 * Writes the command as one file with everything that it needs, the page of its console beside it, and the licences of
 * what both carry.
 */
export async function buildCommand(): Promise<void> {
  const { metafile } = buildSync({
    absWorkingDir: ROOT,
    entryPoints: ['cli/conductor.ts'],
    outfile: join(DIST, 'conductor.js'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    minifySyntax: true,
    minifyWhitespace: true,
    keepNames: true,
    // CommonJS packages inside an ES module still call require for Node's own modules.
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    // The page is built here; only a checkout builds it when the console starts.
    external: ['esbuild'],
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
  });
  const { files, inputs } = await bundlePage();
  mkdirSync(join(DIST, 'console'), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(DIST, 'console', name), text);
  const packages = new Set([...Object.keys(metafile.inputs), ...inputs].flatMap((path) => packageOf(path) ?? []));
  writeFileSync(join(DIST, 'third-party-licenses.txt'), [...packages].toSorted().map(licenceOf).join('\n'));
}

/** Folder of the package that a bundled file is part of; undefined for files of our own. */
const packageOf = (path: string): string | undefined => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/u.exec(path)?.[0];

function licenceOf(folder: string): string {
  const { name, version, license }: { readonly name: string; readonly version: string; readonly license?: string } =
    JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
  const texts = readdirSync(join(ROOT, folder))
    .filter((file) => /^(?:licen[cs]e|notice)(?:\.|$)/iu.test(file))
    .map((file) => readFileSync(join(ROOT, folder, file), 'utf8').trim());
  return [`${name} ${version} (${license ?? 'licence in its text'})`, ...texts, ''].join('\n\n');
}
