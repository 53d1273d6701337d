import { describe, expect, it } from 'vitest';
import { InstanceGroupNotFound } from '#errors';
import { registry } from '#objects/registry';
import { fromPrimitive } from '#objects/versioned/from-primitive';
import { instanceGroup } from '#records/methods/instance-group';
import { newObject } from '#wire/wire';
import { authorityWorld, OWNERS } from './authority-world.ts';

const { host1, host2 } = OWNERS;

/** The uuid of no group. */
const NOWHERE = '99999999-0000-4000-8000-000000000000';

/** Asks where the members of a group are, as the object at hand names them. */
async function hostsOf(
  speaker: string | undefined,
  members: readonly string[],
  uuid: string = host1.uuid,
): Promise<unknown> {
  const records = await authorityWorld(speaker === undefined ? undefined : [speaker]);
  const group = newObject('InstanceGroup', '1.11', { uuid, name: 'g', members: [...members] });
  return instanceGroup.instance?.['get_hosts']?.call(records, fromPrimitive(group, registry), {});
}

describe('a host that asks where the members of a group are', () => {
  it('learns of no server that it names as a member itself', async () => {
    await expect(hostsOf('host1', [host2.uuid], NOWHERE)).rejects.toThrow(InstanceGroupNotFound);
  });

  it('learns of the members that the group has', async () => {
    await expect(hostsOf('host1', [host2.uuid])).resolves.toEqual(['host1']);
  });

  it('is distinguished from the API level, whose word is taken', async () => {
    await expect(hostsOf(undefined, [host2.uuid])).resolves.toEqual(['host2']);
  });
});
