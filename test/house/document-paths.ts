import { existsSync } from 'node:fs';
import manifest from '../../package.json' with { type: 'json' };

const ROOT = new URL('../../', import.meta.url);

/** A path of the repository as prose names it; one with a placeholder or a pattern in it is none. */
const PATH =
  /(?<![\w./-])(?:functions|client|cli|local|lib|statemachines|test|scripts|docs)\/[\w./-]*[\w/](?![\w<*…{]|[.-][\w<*…{])/gu;

const SCRIPT = /\bnpm run (?:--silent )?([\w:-]*\w)/gu;

/**
 * What a document names and what is not there: files, from the root or from its own folder, and npm scripts.
 *
 * @param path of the document, from the root
 */
export function missingFrom(path: string, text: string): string[] {
  const isThere = (named: string): boolean =>
    [ROOT, new URL(path, ROOT)].some((from) => existsSync(new URL(named, from)));
  const paths = [...text.matchAll(PATH)].map(([named]) => named).filter((named) => !isThere(named));
  const scripts = [...text.matchAll(SCRIPT)]
    .map(([, script = '']) => script)
    .filter((script) => !Object.hasOwn(manifest.scripts, script));
  return [...paths, ...scripts.map((script) => `npm run ${script}`)].map((missing) => `${path}: ${missing}`);
}
