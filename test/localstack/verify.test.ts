import { describe, expect, inject, it } from 'vitest';
import { mapOf, listOf, textOf } from '#wire/reading';
import { ASSUMPTIONS } from '#cli/verify/assumptions';
import type { Json } from '#ports/json';
import { commandFor } from './conductor-command.ts';
import { OTHERWISE_ON_THE_EMULATOR } from './verify-known-gaps.ts';

const endpoint = inject('endpoint');

/** What conductor verify prints as data, when it is started on the endpoint. */
async function printedBy(line: string): Promise<Json> {
  const parsed: Json = JSON.parse(await commandFor(endpoint ?? '', async () => true)(line));
  return parsed;
}

describe.runIf(endpoint !== undefined)('conductor verify', () => {
  it('finds what the emulator does otherwise than AWS, and that alone', async () => {
    const report = mapOf(await printedBy('verify --json'));
    const otherwise = listOf(report['verdicts'])
      .map(mapOf)
      .filter(({ outcome }) => outcome === 'differs' || outcome === 'failed');
    for (const { id, observed } of otherwise)
      console.log(`localstack: known gap ${textOf(id) ?? ''}: ${JSON.stringify(observed)}`);

    expect(otherwise.map(({ id }) => id)).toEqual(
      ASSUMPTIONS.map(({ id }) => id).filter((id) => id in OTHERWISE_ON_THE_EMULATOR),
    );
    expect(report['left']).toEqual([]);
  });

  it('leaves nothing behind', async () => {
    expect(await printedBy('verify --clean --json')).toEqual({ removed: [] });
  });
});
