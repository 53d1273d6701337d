import { describe, expect, it } from 'vitest';
import { openstackCloudQuota } from '#adapters/openstack/cloud-quota';
import { recordedClient } from '../../fixtures/recorded-client.ts';
import { exchangesOf, type RecordedExchange } from '../../fixtures/endpoints/recorded-exchanges.ts';

const PROJECT = '8ed31a40fe305475962d92dc17e0137a';
const USING = 'f6966a65d96850119c99bc14047f19d6';

/** Books of a Placement and a Keystone that answer as recorded. */
async function books(usages: readonly RecordedExchange[], limits: readonly RecordedExchange[]) {
  const placement = await recordedClient('placement', usages);
  const identity = await recordedClient('identity', limits, { under: '/v3' });
  return {
    books: openstackCloudQuota(placement.client, identity.client, 'RegionOne'),
    finish: async () => [...(await placement.finish()), ...(await identity.finish())],
  };
}

describe('usages of a project', () => {
  it('are Placement’s, of all its users or of one', async () => {
    const { books: read, finish } = await books(exchangesOf('placement', 'usages-of-project', 'usages-of-user'), []);

    const whole = await read.usages(USING);
    const own = await read.usages(USING, '398423767b6e5491a50298f6b3b49abb');

    expect(await finish()).toEqual([]);
    expect(whole).toEqual({ VCPU: 3, MEMORY_MB: 1536, DISK_GB: 3, CUSTOM_ACCELERATOR_FPGA: 1 });
    expect(own).toEqual(whole);
  });

  it('are none of a project that Placement does not know', async () => {
    const { books: read, finish } = await books(exchangesOf('placement', 'usages-of-unknown-project'), []);

    const usages = await read.usages('nobody');

    expect(await finish()).toEqual([]);
    expect(usages).toEqual({});
  });

  it.each([
    [400, 'UsagesRetrievalFailed'],
    [503, 'ServiceNotReached'],
  ])('are an error where Placement answers %i: %s', async (status, name) => {
    const [recorded] = exchangesOf('placement', 'usages-of-unknown-project');
    const { books: read, finish } = await books(recorded === undefined ? [] : [{ ...recorded, status }], []);

    const asking = read.usages('nobody');

    await expect(asking).rejects.toMatchObject({ name });
    expect(await finish()).toEqual([]);
  });
});

describe('limits of a project', () => {
  it('are its own, otherwise the registered ones, and left out where nobody registered any', async () => {
    const recorded = exchangesOf('keystone', 'limits-endpoint', 'limit', 'limit-none', 'registered-limit');
    const [none] = exchangesOf('keystone', 'limit-none');
    const unregistered = exchangesOf('keystone', 'registered-limit-none');
    const ofFpga = none === undefined ? [] : [{ ...none, path: none.path.replace('servers', 'class%3AFPGA') }];
    const { books: read, finish } = await books([], [...recorded, ...ofFpga, ...unregistered]);

    const limits = await read.limits(PROJECT, ['class:VCPU', 'servers', 'class:FPGA']);

    expect(await finish()).toEqual([]);
    expect(limits).toEqual(
      new Map([
        ['class:VCPU', 5],
        ['servers', 10],
      ]),
    );
  });

  it('are asked for again when Keystone did not answer which service they are of', async () => {
    const [endpoint] = exchangesOf('keystone', 'limits-endpoint');
    const [limit] = exchangesOf('keystone', 'limit');
    const answers = endpoint && limit ? [{ ...endpoint, status: 503 }, endpoint, limit] : [];
    const { books: read, finish } = await books([], answers);

    const first = read.limits(PROJECT, ['class:VCPU']);
    await expect(first).rejects.toMatchObject({ name: 'ServiceNotReached' });
    const limits = await read.limits(PROJECT, ['class:VCPU']);

    expect(await finish()).toEqual([]);
    expect(limits).toEqual(new Map([['class:VCPU', 5]]));
  });

  it('of a catalog without compute say what to do', async () => {
    const [endpoint] = exchangesOf('keystone', 'limits-endpoint');
    const { books: read, finish } = await books(
      [],
      endpoint === undefined ? [] : [{ ...endpoint, response: { services: [] } }],
    );

    const asking = read.limits(PROJECT, ['servers']);

    await expect(asking).rejects.toMatchObject({ name: 'ServiceMisconfigured' });
    expect(await finish()).toEqual([]);
  });
});
