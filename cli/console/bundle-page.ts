import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PAGE = 'cli/console/page/';

/** The page in files that a browser reads. */
export interface BundledPage {
  /** Texts by name: its script in one piece, with all that it needs. */
  readonly files: Readonly<Record<string, string>>;
  /** Paths of what the script was made of. */
  readonly inputs: readonly string[];
}

/** Bundles the page from its sources. */
export async function bundlePage(): Promise<BundledPage> {
  // Packages of the command bring no bundler, so it is looked for here alone.
  const { build } = await import('esbuild');
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [`${PAGE}page.ts`],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
  return {
    files: {
      'index.html': readFileSync(`${ROOT}${PAGE}index.html`, 'utf8'),
      'page.css': readFileSync(`${ROOT}${PAGE}page.css`, 'utf8'),
      'page.js': outputFiles.map(({ text }) => text).join(''),
    },
    inputs: Object.keys(metafile.inputs),
  };
}
