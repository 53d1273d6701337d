import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundlePage } from './bundle-page.ts';
import type { PageFile } from './server.ts';

/** Files of the page by their paths in the address, with their types. */
const TYPES: Readonly<Record<string, string>> = {
  'index.html': 'text/html; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
  'page.js': 'text/javascript; charset=utf-8',
};

/** Where the packed command has the page that was built with it. */
const PACKED = fileURLToPath(new URL('./console/', import.meta.url));

/** The page: as it was packed, or, in a checkout, built at once. */
export async function pageFiles(): Promise<ReadonlyMap<string, PageFile>> {
  const texts = existsSync(PACKED) ? packed() : (await bundlePage()).files;
  return new Map(
    Object.entries(texts).map(([name, text]) => [
      name === 'index.html' ? '/' : `/${name}`,
      { type: TYPES[name] ?? '', text },
    ]),
  );
}

const packed = (): Record<string, string> =>
  Object.fromEntries(Object.keys(TYPES).map((name) => [name, readFileSync(`${PACKED}${name}`, 'utf8')]));
