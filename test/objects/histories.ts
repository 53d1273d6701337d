import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../../functions/objects');

/** A type's name and version, and the comment lines of its history right below. */
const DEFINITION = /name: '(?<name>\w+)',\n {2}version: '[\d.]+',\n(?<lines>(?: {2}\/\/ \d.*\n)+)/gu;

/** The history of each type as its file has it: a version and what came with it, in the order of the lines. */
export function historyLines(): Map<string, { version: string; text: string }[]> {
  const byName = new Map<string, { version: string; text: string }[]>();
  for (const file of readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  )) {
    for (const { groups } of readFileSync(join(FOLDER, file), 'utf8').matchAll(DEFINITION)) {
      const lines = groups?.['lines']?.trim().split('\n') ?? [];
      byName.set(
        groups?.['name'] ?? '',
        lines.map((line) => {
          const [, version = '', ...words] = line.trim().split(' ');
          return { version, text: words.join(' ') };
        }),
      );
    }
  }
  return byName;
}

/** The versions that the file of each type names, in the order of its lines. */
export const histories = (): Map<string, string[]> =>
  new Map([...historyLines()].map(([name, lines]) => [name, lines.map(({ version }) => version)]));
