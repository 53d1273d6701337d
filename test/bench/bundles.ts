import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { bundleOf } from '../../lib/constructs/bundle.ts';
import { STATE_MACHINES } from '#statemachines/definitions';

const ENTRIES = [
  'object-rpc/object-rpc.lambda.ts',
  'task-rpc/task-rpc.lambda.ts',
  'reconciler/reconciler.lambda.ts',
  ...STATE_MACHINES.map((workflow) => `workflows/${workflow}/${workflow}.lambda.ts`),
];

/** A function's code as it is deployed. */
export interface Bundle {
  /** Its entry file, relative to functions/. */
  readonly entry: string;
  readonly file: string;
  /** What is read at the start: the entry and the chunks that it imports at once. */
  readonly startBytes: number;
  readonly allBytes: number;
}

/** The bundle of every function. */
export const bundles = (): Bundle[] =>
  ENTRIES.map((entry) => {
    const folder = bundleOf(entry);
    const allBytes = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((found) => found.isFile())
      .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
    return { entry, file: join(folder, 'index.mjs'), startBytes: startBytes(folder), allBytes };
  });

function startBytes(folder: string): number {
  const read = new Map<string, number>();
  const waiting = ['index.mjs'];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (read.has(name)) continue;
    const text = readFileSync(join(folder, name), 'utf8');
    read.set(name, Buffer.byteLength(text));
    for (const [, chunk = ''] of text.matchAll(/(?:\bfrom|\bimport)\s*"\.\/([^"]+)"/gu)) waiting.push(chunk);
  }
  return [...read.values()].reduce((sum, bytes) => sum + bytes, 0);
}
