import { eventually } from '#local/nova-compute/eventually';
import { mapOf } from '#wire/reading';
import { ask, idIn } from './api.ts';
import { cloudToken, cloudUrl, type FilledCloud } from './filled-cloud.ts';

/** A volume of the user's that nobody keeps; its making takes Cinder a moment. */
export async function newVolume(cloud: FilledCloud): Promise<string> {
  const token = await cloudToken(cloud, 'demo', 'demo');
  const url = `${cloudUrl(cloud, 'cinder')}/v3/volumes`;
  const id = idIn(await ask({ url, method: 'POST', token, body: { volume: { size: 1 } } }), 'volume');
  const status = async () => mapOf((await ask({ url: `${url}/${id}`, token }))['volume'])['status'];
  await eventually(
    `volume ${id} is available`,
    async () => (await status()) === 'available',
    undefined,
    async () => JSON.stringify(await status()),
  );
  return id;
}
