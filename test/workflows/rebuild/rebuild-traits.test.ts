import { describe, expect, it } from 'vitest';
import type { JsonMap } from '#ports/json';
import { newObject, setFields } from '#wire/wire';
import { mustBeWire } from '#wire/wire-object';
import { leftOver } from '../../fixtures/ledger.ts';
import { rebuild, running, type Rebuilt } from '../../fixtures/rebuilt-server.ts';

const ON_ITS_HOST = {
  scheduler_hints: { _nova_check_type: ['rebuild'] },
  force_hosts: ['host1'],
  force_nodes: ['host1'],
};

/** What an API asks for whose image requires a trait. */
async function specOf({ server }: Rebuilt, extra_specs: JsonMap): Promise<JsonMap> {
  const { flavor } = (await server.spec({}))['nova_object.data'];
  const properties = newObject('ImageMetaProps', '1.34', { traits_required: ['CUSTOM_T'] });
  return {
    ...ON_ITS_HOST,
    flavor: setFields(mustBeWire(flavor, 'the flavor'), { extra_specs }),
    image: newObject('ImageMeta', '1.8', { id: 'b', properties }),
  };
}

/** Gives the host of the server traits. */
async function traitsOf({ world }: Rebuilt, traits: string[]): Promise<void> {
  const provider = world.items('placement').find(({ sk, host }) => sk === 'provider' && host === 'host1');
  if (provider === undefined) throw new Error('host1 provides nothing');
  const { pk, sk } = provider;
  await world.platform.tables.update('placement', { pk, sk }, { set: { traits } });
}

describe('a rebuild with an image that requires a trait', () => {
  it('is refused by the name of a trait that the flavor forbids, and nobody is asked (REIMG-05)', async () => {
    const at = await running({ scheduler: () => [['host1']] });
    await at.server.change({ image_ref: 'b' });
    const asked = at.world.scheduler?.asked.length;

    await rebuild(
      at,
      { orig_image_ref: 'a', image_ref: 'b' },
      await specOf(at, { 'trait:CUSTOM_T': 'forbidden', 'trait:CUSTOM_U': 'required' }),
    );

    expect(at.world.scheduler?.asked).toHaveLength(asked ?? 0);
    expect(at.server.orders('rebuild_instance')).toEqual([]);
    expect(at.server.state).toBe('error/null');
    expect(at.server.item['image_ref']).toBe('a');
    expect(at.server.faults[0]).toEqual([500, expect.stringContaining('CUSTOM_T')]);
    expect(await leftOver(at.world)).toEqual([]);
  });

  it.each([['host1'], [null]])('is not looked at while the image is the same, host %s (REIMG-06)', async (host) => {
    const at = await running({ scheduler: () => [['host1']] });

    await rebuild(
      at,
      { host, orig_image_ref: 'b', image_ref: 'b' },
      await specOf(at, { 'trait:CUSTOM_T': 'forbidden' }),
    );

    expect(at.server.orders('rebuild_instance')).toHaveLength(1);
    expect(at.server.state).toBe('active/null');
  });

  it('goes on where its host has the trait, and claims nothing (REIMG-03)', async () => {
    const at = await running({ hosts: [{ host: 'host1', cell: 'cell1', heartbeatSeconds: 10 }] });
    await traitsOf(at, ['CUSTOM_T']);
    const claims = at.world.claims(at.server.uuid);

    await rebuild(at, { orig_image_ref: 'a', image_ref: 'b' }, await specOf(at, {}));

    expect(at.server.orders('rebuild_instance')).toHaveLength(1);
    expect(at.server.state).toBe('active/null');
    expect(at.world.claims(at.server.uuid)).toEqual(claims);
    expect(await leftOver(at.world)).toEqual([]);
  });

  it('is refused by the name of a trait that its host does not have, and the scheduler is not asked (REIMG-04)', async () => {
    const at = await running({ scheduler: () => [['host1']] });
    const asked = at.world.scheduler?.asked.length;
    await at.server.change({ image_ref: 'b' });

    await rebuild(at, { orig_image_ref: 'a', image_ref: 'b' }, await specOf(at, {}));

    expect(at.world.scheduler?.asked).toHaveLength(asked ?? 0);
    expect(at.server.faults[0]).toEqual([500, expect.stringContaining('CUSTOM_T')]);
    expect(at.server.orders('rebuild_instance')).toEqual([]);
    expect(at.server.state).toBe('error/null');
    expect(at.server.item['image_ref']).toBe('a');
    expect(await leftOver(at.world)).toEqual([]);
  });

  it('finds no host where nobody knows the provider of its own, and makes none (PLACE-25)', async () => {
    const at = await running({ scheduler: () => [['host1']] });
    const gone = at.world.items('placement').find(({ sk, host }) => sk === 'provider' && host === 'host1');
    await at.world.platform.tables.delete('placement', { pk: gone?.pk ?? '', sk: 'provider' });

    await rebuild(at, { orig_image_ref: 'a', image_ref: 'b' }, await specOf(at, {}));

    expect(at.server.orders('rebuild_instance')).toEqual([]);
    expect(at.server.state).toBe('error/null');
    expect(at.world.items('placement').filter(({ pk }) => pk === gone?.pk)).toEqual([]);
  });
});
