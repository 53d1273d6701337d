import { describe, expect, test } from 'vitest';
import { storedItem, updatedItem } from '#adapters/memory/stored-item';
import { storedUpdate } from '#adapters/packing/packed-item';
import type { JsonMap } from '#ports/json';
import type { Item } from '#ports/tables';
import { itemsOf } from '../replay/load-items.ts';
import { recordedLines } from '../replay/recorded-file.ts';
import { casesOf } from '../replay/scenario.ts';
import { corpusFile, hasCorpus } from '../replay/shared-directory.ts';
import { itemBytes } from './item-size.ts';

const RECORDING = 'rpc-live-migrate.jsonl.gz';

/** Bytes that a recorded server may take in the middle, and in the upper tenth, its last twelve writers among them. */
const [MEDIAN, UPPER_TENTH] = [800, 1300] as const;

/** Servers as the databases of a recording have them at the last. */
async function recordedServers(path: string): Promise<Item[]> {
  const servers = new Map<string, Item>();
  const note = (lines: readonly JsonMap[]): void => {
    for (const each of casesOf(lines, [])) {
      const state = each.kind === 'case' ? each.recorded.before.at(-1) : undefined;
      const items = state === undefined ? [] : [...itemsOf(state).values()].flat();
      for (const item of items) if (item.sk === 'instance') servers.set(item.pk, item);
    }
  };
  let scenario: JsonMap[] = [];
  for await (const line of recordedLines(path)) {
    scenario.push(line);
    if (line['kind'] !== 'test_end') continue;
    note(scenario);
    scenario = [];
  }
  return [...servers.values()];
}

/** Bytes of a server once twelve messages have written it. */
function bytesOf(item: Item): number {
  let stored = storedItem(item);
  for (let at = 0; at < 12; at += 1) {
    const update = { writer: `message-${at}`, sentAt: 1_795_348_800_123 + at * 977 };
    stored = updatedItem(stored, item, storedUpdate(item, update, false));
  }
  return itemBytes(stored);
}

describe.skipIf(!hasCorpus(RECORDING))('recorded servers', () => {
  test('take few bytes', { timeout: 60_000 }, async () => {
    const servers = await recordedServers(corpusFile(RECORDING));

    const sizes = servers.map(bytesOf).toSorted((one, other) => one - other);

    expect(sizes.length).toBeGreaterThan(20);
    expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThanOrEqual(MEDIAN);
    expect(sizes[Math.floor(sizes.length * 0.9)]).toBeLessThanOrEqual(UPPER_TENTH);
  });
});
