import { expect, it } from 'vitest';
import { ComputeNode, ComputeNodeList } from '#objects/compute/compute-node';
import { Service } from '#objects/compute/service';
import type { AnyObject } from '#objects/versioned/any-object';
import { objectBackportVersions } from '#object-rpc/dispatch';
import { callMethod, recordsOn } from '../fixtures/records.ts';
import { memoryTables } from '../fixtures/tables.ts';

const OLD = { ComputeNode: '1.12', ComputeNodeList: '1.12' };

/** What a compute that knows nodes up to 1.12 is answered, in a cell in which host1 has a service. */
async function lowered(object: AnyObject): Promise<string> {
  const records = recordsOn(memoryTables().tables);
  const service = { host: 'host1', binary: 'nova-compute', topic: 'compute', report_count: 0, version: 64 };
  await callMethod(records, Service.make(service), 'create');
  return JSON.stringify(await objectBackportVersions(records, { objinst: object.toPrimitive(), object_versions: OLD }));
}

it('a node lowered to where it has to name its service names the service of its host', async () => {
  const answer = await lowered(ComputeNode.load({ id: 7, host: 'host1', service_id: null }));

  expect(answer).toContain('"service_id":1');
});

it('so does a node in a list', async () => {
  const node = ComputeNode.load({ id: 7, host: 'host1', service_id: null });

  expect(await lowered(ComputeNodeList.load({ objects: [node] }))).toContain('"service_id":1');
});

it('a node of a host without a service names none that there is', async () => {
  const answer = await lowered(ComputeNode.load({ id: 7, host: 'host2', service_id: null }));

  expect(answer).toContain('"service_id":-1');
});
