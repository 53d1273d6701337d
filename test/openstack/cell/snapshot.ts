import { randomUUID } from 'node:crypto';
import { ask } from '../api.ts';
import { cloudToken, cloudUrl, type FilledCloud } from '../filled-cloud.ts';

/** Makes the image of the user’s that a server is shelved into; the hypervisor writes nothing into it. */
export async function newSnapshot(cloud: FilledCloud): Promise<string> {
  const token = await cloudToken(cloud, 'demo', 'demo');
  const id = randomUUID();
  const body = { id, name: `${id}-shelved`, disk_format: 'raw', container_format: 'bare' };
  const url = `${cloudUrl(cloud, 'glance')}/v2/images`;
  await ask({ url, method: 'POST', token, body });
  const headers = { 'content-type': 'application/octet-stream' };
  await ask({ url: `${url}/${id}/file`, method: 'PUT', token, headers, body: new Uint8Array(8) });
  return id;
}
