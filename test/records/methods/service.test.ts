import { describe, expect, it } from 'vitest';
import { Service } from '#objects/compute/service';
import { ComputeNode } from '#objects/compute/compute-node';
import { computeNodeKey, serviceKey } from '#records/keys';
import type { Records } from '#records/method';
import { computeNodesOfHost } from '#records/methods/nodes';
import { refusal } from '../../fixtures/refusal.ts';
import { rejected } from '../../fixtures/rejected.ts';
import { memoryTables } from '../../fixtures/tables.ts';

import { callClass, callMethod, NOW, recordsOn } from '../../fixtures/records.ts';
import { watching } from '../../fixtures/watching.ts';
import { NODE_FIELDS } from './node-fields.ts';

const BARE = { topic: 'compute', report_count: 0, binary: 'nova-compute' };

const NODE = {
  host: 'host1',
  hypervisor_hostname: 'host1',
  ...NODE_FIELDS,
};

const register = (records: Records, host: string, version: number, forced_down = false) =>
  callMethod(records, Service.make({ ...BARE, host, version, forced_down }), 'create');

describe('Service.get_minimum_version', () => {
  it('SVC-06 is the lowest of those that are not forced down', async () => {
    const records = recordsOn(memoryTables().tables);
    await register(records, 'host2', 22, true);
    await register(records, 'host3', 25);
    await register(records, 'host1', 30);

    const version = await callClass(records, 'Service', 'get_minimum_version', 'nova-compute');

    expect(version).toBe(25);
  });

  it('SVC-07 is 0 when there are no services', async () => {
    const records = recordsOn(memoryTables().tables);

    const version = await callClass(records, 'Service', 'get_minimum_version', 'nova-compute');

    expect(version).toBe(0);
  });

  it('SVC-08 wants a name that begins with nova-', async () => {
    const records = recordsOn(memoryTables().tables);

    const error = await refusal(callClass(records, 'Service', 'get_minimum_version', 'compute'));

    expect(error).toMatchObject({ name: 'ObjectActionError' });
  });
});

/** A cell of two hosts, whose lowest version is 25; the lower one is host2, which is forced down or not. */
async function cellOf25() {
  const records = recordsOn(memoryTables().tables, { hosts: ['host1', 'host2', 'host3'] });
  await register(records, 'host2', 25);
  await register(records, 'host1', 30);
  const minimum = () => callClass(records, 'Service', 'get_minimum_version', 'nova-compute');
  return { records, minimum };
}

describe('a service that is older than the rest of its cell', () => {
  const TOO_OLD = { name: 'ServiceTooOld', params: { thisver: 1, minver: 25 } };

  it('is not made, so that no host holds the orders of a cell to what it speaks', async () => {
    const { minimum, records } = await cellOf25();

    expect(await refusal(register(records, 'host3', 1))).toMatchObject(TOO_OLD);
    expect(await minimum()).toBe(25);
  });

  it.each([
    ['host2', 1],
    ['host1', 2],
  ])('is not what %s becomes', async (host, id) => {
    const { minimum, records } = await cellOf25();
    const service = Service.load({ id, ...BARE, host });

    expect(await refusal(callMethod(records, service.set('version', 1), 'save'))).toMatchObject(TOO_OLD);
    expect(await minimum()).toBe(25);
  });

  it('may be as old as the oldest, or newer', async () => {
    const { minimum, records } = await cellOf25();
    const service = Service.load({ id: 1, ...BARE, host: 'host2' });

    await register(records, 'host3', 25);
    await callMethod(records, service.set('version', 26), 'save');

    expect(await minimum()).toBe(25);
  });

  it('is heard as before while it says nothing of its version', async () => {
    const { records } = await cellOf25();
    const service = Service.load({ id: 1, ...BARE, host: 'host2', version: 1 });

    await expect(callMethod(records, service.set('report_count', 2), 'save')).resolves.toBeDefined();
  });
});

describe('a service', () => {
  it('is saved in one request', async () => {
    const { tables, requests } = memoryTables();
    const records = recordsOn(tables);
    const made = Service.make({ ...BARE, host: 'host1', version: 64 });
    await callMethod(records, made, 'create');
    const service = Service.load({ id: 1, ...BARE, host: 'host1' });
    service.set('report_count', 1).set('last_seen_up', NOW);
    requests.length = 0;

    const answer = await callMethod(records, service, 'save');

    expect(requests).toEqual(['UpdateItem']);
    expect(answer).toMatchObject([{ updated_at: NOW, obj_what_changed: [] }, null]);
  });

  it('registers once per host', async () => {
    const records = recordsOn(memoryTables().tables);
    await register(records, 'host1', 64);

    const error = await refusal(register(records, 'host1', 64));

    expect(error).toMatchObject({ name: 'ServiceBinaryExists' });
  });

  it('registered twice by one message is registered once', async () => {
    const records = recordsOn(memoryTables().tables, { writer: 'm-1' });
    const first = await register(records, 'host1', 64);

    const second = await register(records, 'host1', 64);

    expect(second).toEqual(first);
  });

  it('takes the nodes of its host along when it is destroyed', async () => {
    const records = recordsOn(memoryTables().tables);
    await register(records, 'host1', 64);
    await callMethod(records, ComputeNode.make(NODE), 'create');

    await callMethod(records, Service.load({ id: 1, ...BARE, host: 'host1' }), 'destroy');

    const error = await refusal(callClass(records, 'ComputeNodeList', 'get_all_by_host', 'host1'));
    expect(error).toMatchObject({ name: 'ComputeHostNotFound' });
  });

  it('leaves no node mapped when it is destroyed, so that a host that comes back is discovered anew', async () => {
    const { tables } = memoryTables();
    const records = recordsOn(tables);
    await register(records, 'host1', 64);
    await callMethod(records, ComputeNode.make({ ...NODE, uuid: 'n-1', mapped: 1 }), 'create');

    await callMethod(records, Service.load({ id: 1, ...BARE, host: 'host1' }), 'destroy');

    expect(await tables.get('cell-cell1', computeNodeKey('n-1'))).toMatchObject({
      deleted: true,
      mapped: 0,
      updated_at: null,
    });
  });

  it('of another host cannot be saved', async () => {
    const { tables } = memoryTables();
    await register(recordsOn(tables), 'host1', 64);
    const service = Service.load({ id: 1, ...BARE, host: 'host1' }).set('report_count', 1);

    const error = await refusal(callMethod(recordsOn(tables, { hosts: ['host2'] }), service, 'save'));

    expect(error).toMatchObject({ name: 'Forbidden' });
    expect(await tables.get('cell-cell1', serviceKey('host1', 'nova-compute'))).toMatchObject({ report_count: 0 });
  });
});

describe('a compute service of many nodes', () => {
  it.each([99, 100, 150, 250])('is destroyed with its %i nodes', async (count) => {
    const { records, service, nodes } = await serviceOf(count);

    await callMethod(records, service, 'destroy');

    expect(await nodes()).toEqual([]);
    expect(await records.tables.get('cell-cell1', serviceKey('host1', 'nova-compute'))).toMatchObject({
      deleted: true,
    });
  });

  it('is destroyed by the repeat of a call that died in the middle', async () => {
    const { records, service, nodes } = await serviceOf(150);
    let left = 1;
    const dying: Records = {
      ...records,
      tables: watching(records.tables, {
        transact: (actions) => (left-- > 0 ? records.tables.transact(actions) : Promise.reject(new Error('died'))),
      }),
    };

    const first = await rejected(callMethod(dying, service, 'destroy'));
    const between = (await nodes()).length;
    await callMethod(records, service, 'destroy');

    expect([first instanceof Error, between]).toEqual([true, 50]);
    expect(await nodes()).toEqual([]);
  });
});

/** A service whose host has so many nodes. */
async function serviceOf(count: number) {
  const records = recordsOn(memoryTables().tables);
  await register(records, 'host1', 30);
  for (let at = 0; at < count; at += 1)
    await callMethod(records, ComputeNode.make({ ...NODE, hypervisor_hostname: `node${at}` }), 'create');
  const nodes = () => computeNodesOfHost(records, 'host1');
  return { records, service: Service.load({ id: 1, ...BARE, host: 'host1' }), nodes };
}

describe('a report of a service', () => {
  const KEY = serviceKey('host1', 'nova-compute');
  const config = {
    groupQuota: { server_groups: 1, server_group_members: 1 },
    serviceDownTime: 60,
    heartbeatWindow: null,
  };

  /** A service that was stored as heard at NOW, and who serves its next report so many seconds later. */
  async function heard(secondsAgo: number, given: Partial<Records> = {}) {
    const { tables, requests } = memoryTables();
    await register(recordsOn(tables), 'host1', 30);
    const first = Service.load({ id: 1, ...BARE, host: 'host1' }).set('report_count', 1);
    await callMethod(recordsOn(tables), first, 'save');
    requests.length = 0;
    const clock = { now: () => Date.parse(NOW) + secondsAgo * 1000, timer: () => () => undefined };
    const known = Service.load({ id: 1, ...BARE, host: 'host1', report_count: 1, last_seen_up: NOW });
    return { known, requests, tables, records: recordsOn(tables, { config, clock, ...given }) };
  }

  it('that follows a stored one within the window is answered without a request, and keeps the time that is stored', async () => {
    const { known, records, requests, tables } = await heard(24);

    const [updates] = [await callMethod(records, known.set('report_count', 2), 'save')].flat();

    expect(requests).toEqual([]);
    expect(updates).toEqual({ obj_what_changed: [] });
    expect(await tables.get('cell-cell1', KEY)).toMatchObject({ report_count: 1, last_seen_up: NOW });
  });

  it('is stored once the window is over, with its count and time', async () => {
    const { known, records, requests, tables } = await heard(25);

    await callMethod(records, known.set('report_count', 4), 'save');

    expect(requests).toEqual(['UpdateItem']);
    const later = '2026-11-22T12:00:25Z';
    expect(await tables.get('cell-cell1', KEY)).toMatchObject({ report_count: 4, last_seen_up: later });
  });

  it('is stored when it changes something else too, when nothing is configured, and when every one is to be', async () => {
    for (const [fields, given] of [
      [{ disabled: true }, {}],
      [{}, { config: { groupQuota: config.groupQuota } }],
      [{}, { config: { ...config, heartbeatWindow: 0 } }],
    ] as const) {
      const { known, records, requests } = await heard(5, given);
      for (const [name, value] of Object.entries(fields)) known.assign(name, value);

      await callMethod(records, known.set('report_count', 2), 'save');

      expect(requests).toEqual(['UpdateItem']);
    }
  });

  it("of another's service is refused within the window too", async () => {
    const { known, records } = await heard(5, { hosts: ['host2'] });

    const error = await refusal(callMethod(records, known.set('report_count', 2), 'save'));

    expect(error).toMatchObject({ name: 'Forbidden' });
  });
});
