import { allocationRequestText } from '#wire/allocation-request';
import { PLACEMENT, providerKey } from '#records/keys';
import { NoValidHost } from '#errors';
import { describe, expect, it } from 'vitest';
import { provider, uuidOf } from '../fixtures/provider.ts';
import { rejected } from '../fixtures/rejected.ts';
import { requestSpec } from '../fixtures/request-spec.ts';
import { schedulerWorld } from '../scheduler/world.ts';

const OWNER = { projectId: 'p', userId: 'u' };
const NODE = uuidOf(1);

const oneHost = () => schedulerWorld({ hosts: [provider(1)] });

describe('the provider of a node that is gone', () => {
  it('is gone too when nobody holds anything on it', async () => {
    const { placement, tables } = await oneHost();

    await placement.retireProvider(NODE);
    await placement.retireProvider(NODE);

    expect(await tables.get(PLACEMENT, providerKey(NODE))).toBeUndefined();
  });

  it.each([
    ['however it is asked for', {}],
    ['not even by name', { force_hosts: ['host1'] }],
  ])('stays while somebody holds something on it, and takes no server, %s', async (_, asked) => {
    const { placement, select } = await oneHost();
    await placement.claim('held', allocationRequestText(NODE, { VCPU: 1 }), OWNER);

    await placement.retireProvider(NODE);

    const error = await rejected(select({ spec: requestSpec(asked) }));
    expect(error).toBeInstanceOf(NoValidHost);
    expect(await placement.allocations('held')).toEqual({ [NODE]: { VCPU: 1 } });
  });

  it('takes servers again when the node comes back', async () => {
    const { placement, select } = await oneHost();
    await placement.claim('held', allocationRequestText(NODE, { VCPU: 1 }), OWNER);
    await placement.retireProvider(NODE);

    await placement.saveProvider(provider(1));

    expect(await select()).toEqual([['host1']]);
  });
});
