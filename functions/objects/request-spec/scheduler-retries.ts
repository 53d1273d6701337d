import { ComputeNode, ComputeNodeList } from '#objects/compute/compute-node';

import { object } from '#objects/versioned/containers';
import { integer } from '#objects/versioned/fields';
import { defineObject, type ObjectOf } from '#objects/versioned/object-type';

/** Hosts that were tried, and how often. */
export const SchedulerRetries = defineObject({
  name: 'SchedulerRetries',
  version: '1.1',
  // 1.0 first
  // 1.1 ComputeNodeList 1.14
  fields: {
    num_attempts: integer(),
    hosts: object(ComputeNodeList),
  },
});

/** Retries of a plain map `{num_attempts, hosts: [[host, node], ...]}`; without `hosts` both fields stay unset. */
export function retriesFromDict(dict: Readonly<Record<string, unknown>>): ObjectOf<typeof SchedulerRetries> {
  const hosts = dict['hosts'];
  const retries = SchedulerRetries.make();
  if (!Array.isArray(hosts)) return retries;
  const nodes = hosts.map((pair: unknown) => {
    const [host, node] = Array.isArray(pair) ? pair : [pair];
    const tried = ComputeNode.make();
    tried.assign('host', host ?? null);
    tried.assign('hypervisor_hostname', node ?? null);
    return tried;
  });
  retries.assign('num_attempts', dict['num_attempts']);
  return retries.set('hosts', ComputeNodeList.make({ objects: nodes }));
}

/** The plain map that retriesFromDict reads.
 * @throws NotImplementedError when a field is unset. */
export function retriesToDict(retries: ObjectOf<typeof SchedulerRetries>): {
  num_attempts: number;
  hosts: [string | null, string | null][];
} {
  return {
    num_attempts: retries.get('num_attempts'),
    hosts: retries
      .get('hosts')
      .get('objects')
      .map((tried) => [tried.get('host'), tried.get('hypervisor_hostname')]),
  };
}
