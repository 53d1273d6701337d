import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** Reads a file of one JSON value per line, packed or not. */
export function* jsonLines(path: string): Generator {
  const bytes = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  for (const line of text.split('\n')) {
    if (line !== '') yield JSON.parse(line);
  }
}
