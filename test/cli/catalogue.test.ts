import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { API, groupKey } from '#records/keys';
import { mapOf } from '#wire/reading';
import { OfferingPlacement } from '../fixtures/placement/offering-placement.ts';
import { localDeployment, run, type LocalDeployment } from './local-deployment.ts';

describe('what a deployment offers, by the command', { timeout: 60_000 }, () => {
  let local: LocalDeployment;
  const conductor: LocalDeployment['conductor'] = (line) => local.conductor(line);
  beforeAll(async () => {
    local = await localDeployment();
  }, 60_000);
  afterAll(() => local.stop());

  it('flavors are created, listed, shown and deleted', async () => {
    const created = await conductor(
      'flavor create big --vcpus 8 --ram 16384 --disk 80 --id f8 --spec hw:cpu_policy=shared',
    );
    const twice = await conductor('flavor create big --vcpus 8 --ram 16384 --disk 80');
    const listed = await conductor('flavor list');
    const shown = await conductor('flavor show f8 --json');
    const deleted = await conductor('flavor delete big');
    const gone = await conductor('flavor show f8');

    expect(created.out).toBe('flavor big (f8) is created');
    expect(twice).toMatchObject({ exitCode: 1, err: expect.stringContaining('there is a flavor big') });
    expect(listed.out).toMatch(/f8 +big +8 +16384 +80 .*hw:cpu_policy=shared/u);
    expect(shown.data()).toMatchObject({ flavorid: 'f8', vcpus: 8, is_public: true });
    expect(deleted.out).toBe('flavor big is deleted');
    expect(gone).toMatchObject({ exitCode: 1, err: expect.stringContaining('there is no flavor f8') });
  });

  it.each([
    ['flavor create x --vcpus 0 --ram 1 --disk 1', '--vcpus 0 is no whole number from 1 on', 2],
    ['flavor create x --vcpus 1 --ram 1 --disk 1 --spec nothing', '--spec nothing: give KEY=VALUE', 2],
    ['image create x --property nothing', '--property nothing: give KEY=VALUE', 2],
    ['aggregate create x --property =nothing', '--property =nothing: give KEY=VALUE', 2],
    ['image create x --min-ram -1', '--min-ram -1 is no whole number', 2],
    ['image create x --min-ram 1e3', '--min-ram 1e3 is no whole number', 2],
    ['image create x --min-disk 99999999999', '--min-disk 99999999999 is no whole number', 2],
    ['flavor create x --vcpus 0x10 --ram 1 --disk 1', '--vcpus 0x10 is no whole number from 1 on', 2],
    ['aggregate add-host nope host1', 'there is no aggregate nope', 1],
    ['group show nope', 'there is no group nope', 1],
    ['image show nope', 'there is no image nope', 1],
  ])('%s is refused', async (line, says, exitCode) => {
    expect(await conductor(line)).toMatchObject({ exitCode, err: expect.stringContaining(says) });
  });

  it('aggregates are created with a zone, filled and emptied', async () => {
    const created = await conductor('aggregate create rack1 --zone az1 --property ssd=true');
    const filled = await conductor('aggregate add-host rack1 host1');
    const listed = await conductor('aggregate list');
    const emptied = await conductor('aggregate remove-host rack1 host1');
    const shown = await conductor('aggregate show rack1');
    const deleted = await conductor('aggregate delete rack1');

    expect(created.out).toMatch(/^aggregate rack1 is created as \d+$/u);
    expect(filled.out).toBe('host host1 is in aggregate rack1');
    expect(listed.out).toMatch(/rack1 +host1 +(?:ssd=true, availability_zone=az1|availability_zone=az1, ssd=true)/u);
    expect(emptied.out).toBe('host host1 is no more in aggregate rack1');
    expect(shown.out).toMatch(/name +rack1/u);
    expect(deleted.out).toBe('aggregate rack1 is deleted');
    expect((await conductor('aggregate list')).out).toBe('there is no aggregate');
  });

  it('aggregates are kept by the Placement of a cloud too, where that decides on claims', async () => {
    const cloud = new OfferingPlacement();
    const inCloud = (line: string) =>
      run(line, {
        target: async () => ({ ...local.target(true), cloudPlacement: async () => cloud }),
        readFile: async () => '',
      });
    const members = () => [...cloud.members].map(([uuid, nodes]) => [uuid, nodes.size]);
    await inCloud('aggregate create rack2');
    const { uuid } = mapOf(JSON.parse((await inCloud('aggregate show rack2 --json')).out));

    await inCloud('aggregate add-host rack2 host1');
    const filled = members();
    await inCloud('aggregate remove-host rack2 host1');

    expect(filled).toEqual([[uuid, 1]]);
    expect(members()).toEqual([[uuid, 0]]);
    await inCloud('aggregate delete rack2');
  });

  it('images of the deployment are written down and forgotten', async () => {
    const created = await conductor('image create cirros --id i1 --min-ram 64 --property hw_disk_bus=virtio');
    const listed = await conductor('image list');
    const shown = await conductor('image show i1 --json');
    const deleted = await conductor('image delete i1');

    expect(created.out).toBe('image cirros is written down as i1');
    expect(listed.out).toMatch(/i1 +cirros +active +0 +64 +0/u);
    expect(shown.data()).toMatchObject({ id: 'i1', properties: { hw_disk_bus: 'virtio' } });
    expect(deleted.out).toBe('image i1 is forgotten');
  });

  it('server groups are listed by project, and shown', async () => {
    const { tables } = local.world.services;
    const group = {
      uuid: 'g1',
      name: 'apart',
      project_id: 'blue',
      user_id: 'u',
      policy: 'anti-affinity',
      policies: ['anti-affinity'],
    };
    await tables.put(API, {
      ...groupKey('g1'),
      ...group,
      id: 1,
      deleted: false,
      by_project: 'blue',
      by_project_sort: 'group#g1',
    });

    const listed = await conductor('group list --project blue');
    const others = await conductor('group list --project green');
    const shown = await conductor('group show apart');

    expect(listed.out).toMatch(/g1 +apart +blue +anti-affinity +0/u);
    expect(others.out).toBe('there is no server group');
    expect(shown.out).toMatch(/policy +anti-affinity/u);
  });

  it.each([
    ['send no_such_method', {}, 'nothing is published: Endpoint does not support RPC method no_such_method'],
    ['send unshelve_instance', { nonsense: 1 }, 'argument instance: a value is expected'],
    ['send unshelve_instance --check', {}, 'argument instance: a value is expected'],
  ])('nothing is published by %s with %j', async (line, args, says) => {
    const body = JSON.stringify({ version: '1.17', context: {}, args });

    const ran = await local.conductor(`${line} --file m.json`, { 'm.json': body });

    expect(ran).toMatchObject({ exitCode: 2, err: expect.stringContaining(says) });
  });
});
