import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundleOf } from '../../../lib/constructs/bundle.ts';
import { CONTEXT_TEXTS } from '#configuration/texts';
import { STATE_MACHINES } from '#statemachines/definitions';

const MOST_BYTES = 500_000;
const ENTRIES = [
  'object-rpc/object-rpc.lambda.ts',
  'task-rpc/task-rpc.lambda.ts',
  'reconciler/reconciler.lambda.ts',
  ...STATE_MACHINES.map((workflow) => `workflows/${workflow}/${workflow}.lambda.ts`),
];

/** What a function reads at its start: the entry and the chunks that it imports at once. */
function startUpCode(folder: string): string {
  const read = new Map<string, string>();
  const waiting = ['index.mjs'];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (read.has(file)) continue;
    const text = readFileSync(join(folder, file), 'utf8');
    read.set(file, text);
    waiting.push(...[...text.matchAll(/(?:\bfrom|\bimport)\s*"\.\/([^"]+)"/gu)].map((match) => match[1] ?? ''));
  }
  return [...read.values()].join('\n');
}

describe('the bundle of a function', () => {
  it.each(ENTRIES)(`of %s reads at most ${MOST_BYTES} bytes at its start`, (entry) => {
    expect(Buffer.byteLength(startUpCode(bundleOf(entry)))).toBeLessThanOrEqual(MOST_BYTES);
  });

  it('of the object function reads no Step Functions client before it has a token to settle', () => {
    const code = startUpCode(bundleOf('object-rpc/object-rpc.lambda.ts'));

    expect(code.includes('SQSClient')).toBe(true);
    expect(code.includes('AWSStepFunctions')).toBe(false);
  });

  it('has no collections of other packages for endpoints that nobody discovers', () => {
    const code = startUpCode(bundleOf('object-rpc/object-rpc.lambda.ts'));

    expect(code).not.toContain('mnemonist');
    expect(code).toContain('CachePeriodInMinutes');
  });

  it('has no texts of the page of options', () => {
    const code = startUpCode(bundleOf('reconciler/reconciler.lambda.ts'));

    expect(code).toContain('MASS_SILENCE_SHARE');
    expect(code).not.toContain(CONTEXT_TEXTS.massSilenceShare.says);
  });

  it('has the client for payloads beside it, where Node finds it, and does not read it at the start', async () => {
    const folder = bundleOf('task-rpc/task-rpc.lambda.ts');

    const client: unknown = await import(join(folder, 'node_modules/@aws-sdk/client-s3/index.mjs'));

    expect(client).toHaveProperty('GetObjectCommand');
    expect(startUpCode(folder)).not.toContain('GetObjectCommand extends');
    expect(startUpCode(folder)).not.toMatch(/from\s*"@aws-sdk/u);
  });
});
