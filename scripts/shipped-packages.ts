import { globSync } from 'node:fs';
import { build } from 'esbuild';
import { ROOT } from './build-paths.ts';

/**
 * Names of the packages of which code is deployed or packed: in the functions, the command, its page and the client.
 */
export async function shippedPackages(): Promise<ReadonlySet<string>> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [
      'cli/conductor.ts',
      'cli/console/page/page.ts',
      'client/index.ts',
      'client/connect.ts',
      ...globSync('functions/**/*.lambda.ts', { cwd: ROOT }),
    ],
    bundle: true,
    write: false,
    outdir: 'out',
    format: 'esm',
    platform: 'node',
    mainFields: ['module', 'main'],
    external: ['esbuild'],
    metafile: true,
    logLevel: 'silent',
  });
  return new Set(
    Object.keys(metafile.inputs)
      .map(packageIn)
      .filter((name) => name !== ''),
  );
}

/** The package that a path lies in; empty for files of our own. */
export const packageIn = (path: string): string =>
  /^.*node_modules\/(?<name>(?:@[^/]+\/)?[^/]+)/u.exec(path)?.groups?.['name'] ?? '';
