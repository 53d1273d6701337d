import { describe, expect, it } from 'vitest';
import { API, quotaKey } from '#records/keys';
import { BuildWorld } from '../fixtures/build-world.ts';
import { afterBuild } from '../fixtures/host-scripts.ts';
import { leftOver } from '../fixtures/ledger.ts';
import { shelved, unshelve } from '../fixtures/shelved-server.ts';

/** What a project counts, by the name of what is counted. */
const usageOf = (world: BuildWorld, project: string) => world.items(API).find(({ pk }) => pk === quotaKey(project).pk);

describe('the quota of a server that an administrator of another project asks for', () => {
  it('is that of the project of the server (QREC-01)', async () => {
    const config = { quota: { instances: 1, cores: 100, ram: 100_000 } };
    const world = await BuildWorld.boot({ config, scheduler: () => [['host1']] });
    await world.build();
    const command = world.request();
    const context = { ...command.context, project_id: 'q', user_id: 'administrator', is_admin: true };

    const { uuids } = await world.build({ ...command, context });

    expect(uuids.map((uuid) => world.server(uuid).item['vm_state'])).toEqual(['error']);
    expect(usageOf(world, 'p')).toMatchObject({ instances: 2 });
    expect(usageOf(world, 'q')).toBeUndefined();
    expect(await leftOver(world)).toEqual([]);
  });
});

describe('the quota of a server that is unshelved', () => {
  it('is not looked at, since the server counts while it is shelved (QREC-02)', async () => {
    const at = await shelved({ offloaded: true }, { scheduler: afterBuild(() => [['host2']]) });
    const { tables } = at.world.platform;
    await tables.update(API, { pk: quotaKey('p').pk, sk: 'limits' }, { set: { instances: 0 } });

    await unshelve(at);

    expect(at.server.state).toBe('active/null');
    expect(at.server.item['host']).toBe('host2');
  });
});
