import { describe, expect, it } from 'vitest';
import { MemoryLog } from '#local/emulation/memory-log';
import { objectQueue } from '#object-rpc/object-queue';
import { answerOf, registerCall } from '#operations/waiting-call';
import type { Condition } from '#ports/conditions';
import type { Json } from '#ports/json';
import type { Tables } from '#ports/tables';
import { callKey, MAPPINGS, REQUESTS } from '#records/keys';
import { principalItem } from '#records/principals';
import { replyEnvelope } from '#wire/envelope';
import { newObject } from '#wire/wire';
import { CELLS } from '../fixtures/build-world.ts';
import { deployed, principalEvent } from '../fixtures/deployed/deployed-principals.ts';
import { watching } from '../fixtures/watching.ts';

const [CELL] = CELLS;
const CALL = { messageId: 'call-1', host: 'host1', token: 'token-1' };

/** Bytes of a condition's values that DynamoDB takes, and what stands beside the hosts. */
const MOST_CONDITION_BYTES = 4096;

/** A bridge of hosts, host1 among them or not. */
const bridge = (...more: string[]): string[] => [
  ...more,
  ...Array.from({ length: 200 }, (_, at) => `rack-${at}.example.net`),
];

/** Has somebody answer a call that host1 was asked. */
async function answered(sender: string, hosts?: readonly string[], result: Json = 'yes') {
  const { services } = await deployed();
  if (hosts !== undefined)
    await services.tables.put(MAPPINGS, principalItem({ principal: sender, role: 'host', hosts }));
  await registerCall(services, CALL);
  const log = new MemoryLog();
  const conditions: string[] = [];
  const tables = watching<Tables>(services.tables, {
    update: (table, key, change, condition?: Condition) => {
      conditions.push(JSON.stringify(condition ?? null));
      return services.tables.update(table, key, change, condition);
    },
  });
  const event = principalEvent(replyEnvelope(CALL.messageId, 'u1', result, null), `${sender}:s`);

  const [outcome] = await objectQueue({ ...services, tables, log }, CELL)(event);

  return {
    status: outcome?.status,
    answer: await answerOf(services, CALL.messageId),
    stored: await services.tables.get(REQUESTS, callKey(CALL.messageId)),
    unexpected: log.counts.get('unexpected_replies') ?? 0,
    longest: Math.max(0, ...conditions.map((each) => each.length)),
  };
}

describe('the answer to a call of ours', () => {
  it.each([
    ['the host that was asked', 'AROAhost1', undefined],
    ['a bridge that stands for it', 'AROAbridge', bridge('host1')],
  ])('is taken from %s', async (_who, sender, hosts) => {
    const { status, answer, unexpected, longest } = await answered(sender, hosts);

    expect({ status, answer, unexpected }).toEqual({
      status: 'fulfilled',
      answer: { result: 'yes', failure: null },
      unexpected: 0,
    });
    expect(longest).toBeLessThan(MOST_CONDITION_BYTES);
  });

  it.each([
    ['another host', 'AROAhost2', undefined, 1],
    ['a host of another cell', 'AROAhost4', undefined, 1],
    ['a bridge of other hosts', 'AROAbridge', bridge(), 1],
    ['an API service', 'AROAapi', undefined, 1],
    ['an operator', 'AROAoperator', undefined, 1],
    ['a stranger', 'AROAstranger', undefined, 0],
  ])('is not taken from %s', async (_who, sender, hosts, dropped) => {
    const { status, answer, unexpected, longest } = await answered(sender, hosts);

    expect({ status, answer, unexpected }).toEqual({ status: 'fulfilled', answer: undefined, unexpected: dropped });
    expect(longest).toBeLessThan(MOST_CONDITION_BYTES);
  });

  it('lies sealed in the table, the secret of a TPM among it (VERS-06)', async () => {
    const data = newObject('LibvirtLiveMigrateData', '1.14', { vtpm_secret_value: 'passphrase-of-the-tpm' });

    const { answer, stored } = await answered('AROAhost1', undefined, data);

    expect(answer).toEqual({ result: data, failure: null });
    expect(JSON.stringify(stored)).toContain('sealed');
    expect(JSON.stringify(stored)).not.toContain('passphrase-of-the-tpm');
  });
});
