import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import type { Json, JsonMap } from '#ports/json';
import { plainText } from '#wire/reading';

/** The lines of a recording, packed or not, one JSON value each. */
export async function* recordedLines(path: string): AsyncGenerator<JsonMap> {
  const file = createReadStream(path);
  const input = path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
  const failed = new Promise<never>((_resolve, reject) => {
    file.once('error', reject);
    input.once('error', reject);
  });
  failed.catch(() => undefined);
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]();
  for (;;) {
    const next = await Promise.race([lines.next(), failed]);
    if (next.done === true) return;
    if (next.value.trim() === '') continue;
    const value: Json = JSON.parse(next.value);
    if (isMap(value)) yield value;
  }
}

/**
 * The stubs of each scenario of a recording, as `scenarios.json` beside it has them; none when there is no such file.
 */
export function stubsBeside(path: string): ReadonlyMap<string, readonly string[]> {
  const beside = join(dirname(path), 'scenarios.json');
  if (!existsSync(beside)) return new Map();
  const scenarios: Json = JSON.parse(readFileSync(beside, 'utf8'));
  if (!Array.isArray(scenarios)) return new Map();
  return new Map(
    scenarios.filter(isMap).map((scenario) => {
      const stubs = scenario['stubs'];
      return [plainText(scenario['test']), Array.isArray(stubs) ? stubs.map(String) : []];
    }),
  );
}

/** A JSON object. */
export function isMap(value: Json | undefined): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as a JSON object, an empty one when it is none. */
export const mapOf = (value: Json | undefined): JsonMap => (isMap(value) ? value : {});
