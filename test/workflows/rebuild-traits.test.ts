import { describe, expect, it } from 'vitest';
import type { JsonMap } from '#ports/json';
import { newObject, setFields } from '#wire/wire';
import { mustBeWire } from '#wire/wire-object';
import { leftOver } from '../fixtures/ledger.ts';
import { rebuild, running, type Rebuilt } from '../fixtures/rebuilt-server.ts';

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

  it('is not looked at while the image is the same (REIMG-06)', async () => {
    const at = await running({ scheduler: () => [['host1']] });

    await rebuild(
      at,
      { host: 'host1', orig_image_ref: 'b', image_ref: 'b' },
      await specOf(at, { 'trait:CUSTOM_T': 'forbidden' }),
    );

    expect(at.server.orders('rebuild_instance')).toHaveLength(1);
    expect(at.server.state).toBe('active/null');
  });
});
