import { describe, expect, it } from 'vitest';
import { equalHosts } from '../fixtures/fleet.ts';
import { destinationRequest, instanceGroup, requestSpec } from '../fixtures/request-spec.ts';
import { instances, schedulerWorld } from './world.ts';

const ONE_SERVER = ['GetItem', 'Query', 'Query', 'BatchGetItem', 'BatchGetItem', 'TransactWriteItems'].toSorted();

describe('requests to the tables', () => {
  it.each([100, 1000, 10_000])('one server among %i hosts takes as many as among any other number', async (count) => {
    const { scheduler, requests } = await schedulerWorld({ hosts: equalHosts(count) });

    await scheduler.selectDestinations(destinationRequest({ alternates: true }));
    const cold = requests.splice(0).toSorted();
    await scheduler.selectDestinations(destinationRequest({ alternates: true, instanceUuids: ['instance-2'] }));

    expect(cold).toEqual(ONE_SERVER);
    expect(requests).toEqual(['Query', 'BatchGetItem', 'TransactWriteItems']);
  });

  it.each([100, 1000])('%i servers in one request take less than one each', async (count) => {
    const { scheduler, requests } = await schedulerWorld({ hosts: equalHosts(1000) });

    const lists = await scheduler.selectDestinations(
      destinationRequest({ instanceUuids: instances(count), alternates: true }),
    );

    expect(lists).toHaveLength(count);
    expect(requests.length).toBeLessThan(count / 4);
  });

  it('a server group costs one request more', async () => {
    const { scheduler, requests } = await schedulerWorld({ hosts: equalHosts(200) });
    const spec = requestSpec({ instance_group: instanceGroup('anti-affinity') });
    await scheduler.selectDestinations(destinationRequest({ spec }));
    requests.length = 0;

    await scheduler.selectDestinations(destinationRequest({ spec, instanceUuids: ['instance-2'] }));

    expect(requests).toEqual(['Query', 'BatchGetItem', 'BatchGetItem', 'TransactWriteItems']);
  });
});
