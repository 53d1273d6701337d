import { describe, expect, test } from 'vitest';
import { ConductorClient } from '#client';
import { ServiceTooOld } from '#errors';
import { computeTask } from '#task-rpc/methods/list';
import { newObject } from '#wire/wire';
import { ScriptedConductor, type Script } from '../local/fleet/scripted-conductor.ts';

const context = {
  request_id: 'req-1',
  user_id: 'admin',
  project_id: 'p-blue',
  is_admin: true,
  read_deleted: 'no' as const,
  timestamp: '2026-01-01T00:00:00.000000',
};

function world(script: Script, versionCap?: string) {
  const conductor = new ScriptedConductor(script);
  const { bus, clock, ids } = conductor;
  return { conductor, client: new ConductorClient({ bus, clock, ids }, { versionCap }) };
}

describe('the newest methods', () => {
  test('a volume is attached with the time that a host may take (SURF-07)', async () => {
    const { conductor, client } = world(() => ({ result: '/dev/vdb' }));
    const instance = newObject('Instance', '2.8', { uuid: 'u1' });
    const given = { instance, volume: { id: 'v1' }, device: null, disk_bus: null, device_type: null };

    const device = await client.attachVolume(context, given);

    expect(device).toBe('/dev/vdb');
    expect(conductor.taken).toMatchObject([{ method: 'attach_volume', version: '1.26', timeout: 1800 }]);
  });

  test('a conductor that is too old is asked for no volume (SURF-06)', async () => {
    const { conductor, client } = world(() => 'silence', '1.25');
    const instance = newObject('Instance', '2.8', { uuid: 'u1' });
    const given = { instance, volume: { id: 'v1' }, device: null, disk_bus: null, device_type: null };

    const attaching = client.attachVolume(context, given);

    await expect(attaching).rejects.toThrow(ServiceTooOld);
    expect(conductor.taken).toEqual([]);
  });

  test('are served at the version that brought the last of them (SURF-01)', () => {
    expect(computeTask.version).toBe('1.26');
    expect(Object.keys(computeTask.methods)).toEqual(expect.arrayContaining(['attach_volume', 'cache_images']));
  });
});
