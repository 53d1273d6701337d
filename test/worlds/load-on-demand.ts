import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

/** Adapters to the real services stay away: no world calls them. */
const FILES =
  'functions/{conductor,object-rpc,objects,operations,reconciler,records,servers,task-rpc,wire,workflows}/**/*.ts';

const IMPORT = /\bimport\(\s*'([#.][^']+)'\s*\)/gu;

const loading: Promise<unknown>[] = [];

/**
 * Loads what functions import at their first need. A file that is read takes real time, in which none passes in a world: whatever
 * else happens there would come before or after it by whether an earlier world has loaded it.
 */
export async function loadOnDemand(): Promise<void> {
  if (loading.length === 0) loading.push(...onDemand().map((path) => import(/* @vite-ignore */ path)));
  await Promise.all(loading);
}

const onDemand = (): string[] => [
  ...new Set(
    globSync(FILES, { cwd: ROOT }).flatMap((file) =>
      [...readFileSync(join(ROOT, file), 'utf8').matchAll(IMPORT)].map(([, path = '']) =>
        path.startsWith('#') ? path : join(ROOT, dirname(file), path),
      ),
    ),
  ),
];
