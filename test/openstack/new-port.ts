import type { JsonMap } from '#ports/json';
import { ask, idIn } from './api.ts';
import { cloudToken, cloudUrl, type FilledCloud } from './filled-cloud.ts';

/** A port of a server, bound to a host, or greedy: asking for bandwidth and bound nowhere. */
export async function newPort(cloud: FilledCloud, device_id: string, host: string, greedy = false): Promise<string> {
  const token = await cloudToken(cloud, 'nova', 'service');
  const bound: JsonMap = greedy ? { qos_policy_id: cloud.bandwidthPolicy } : { 'binding:host_id': host };
  const port = { network_id: cloud.network, device_id, device_owner: 'compute:nova', ...bound };
  const url = `${cloudUrl(cloud, 'neutron')}/v2.0/ports`;
  return idIn(await ask({ url, method: 'POST', token, body: { port } }), 'port');
}
