import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { listOf, mapOf, numberOf } from '#wire/reading';
import type { Json } from '#ports/json';

/** Megabytes that a function of a conductor queue has; it has a share of a processor that goes with them. */
const MEMORY = 256;
const PROCESSOR = MEMORY / 1769;

/** Megabytes of it that are taken before a message comes. */
const IDLE = 116;

/** Seconds that it has for a batch. */
const TIMEOUT = 10;

describe('a batch of the worst messages', () => {
  it('is served within the memory and the time of its function, whoever sent it', { timeout: 120_000 }, async () => {
    const program = new URL('worst-messages.ts', import.meta.url).pathname;

    const { stdout } = await promisify(execFile)(process.execPath, [`--max-old-space-size=${MEMORY}`, program]);

    const batches: Json = JSON.parse(`[${stdout.trim().split('\n').join(',')}]`);
    const lines = listOf(batches).map(mapOf);
    expect(lines.length).toBeGreaterThan(40);
    expect(lines.filter(({ ended }) => ended !== 10)).toEqual([]);
    expect(lines.filter(({ ms }) => (numberOf(ms) ?? 0) > TIMEOUT * 1000 * PROCESSOR)).toEqual([]);
    expect(lines.filter(({ mb }) => (numberOf(mb) ?? 0) > MEMORY - IDLE)).toEqual([]);
  });
});
