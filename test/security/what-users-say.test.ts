import { describe, expect, it } from 'vitest';
import { ValueError } from '#errors';
import type { JsonMap } from '#ports/json';
import { checkIncoming } from '#wire/incoming';
import { newObject } from '#wire/wire';
import { BuildWorld } from '../fixtures/build-world.ts';

const hints = (): JsonMap => ({ _nova_check_type: ['rebuild'], _nova_anything: ['x'], group: ['g'] });

describe('what users say', () => {
  it.each([
    ['in a spec', (): JsonMap => ({ request_spec: newObject('RequestSpec', '1.14', { scheduler_hints: hints() }) })],
    [
      'in a list of specs',
      (): JsonMap => ({ request_specs: [newObject('RequestSpec', '1.14', { scheduler_hints: hints() })] }),
    ],
    [
      'in the filter properties of an old compute',
      (): JsonMap => ({ filter_properties: { scheduler_hints: hints() } }),
    ],
    [
      'in a spec that is saved as an object',
      (): JsonMap => ({ objinst: newObject('RequestSpec', '1.14', { scheduler_hints: hints() }), objmethod: 'save' }),
    ],
  ])('loses the marks that a conductor gives itself: %s', (_where, args) => {
    const said = args();

    checkIncoming(said, { marksStay: false });

    const text = JSON.stringify(said);
    expect(text).not.toContain('_nova');
    expect(text).toContain('"group":["g"]');
  });

  it.each([
    ['vcpus', -1000],
    ['vcpus', 1e15],
    ['memory_mb', '-1'],
    ['vcpus_used', -1],
    ['cpu_allocation_ratio', 1e300],
    ['ram_allocation_ratio', -1],
  ])('is refused where %s is %s', (name, value) => {
    const said: JsonMap = { objinst: newObject('Instance', '2.7', { uuid: 'u', [name]: value }) };

    const check = (): void => checkIncoming(said, { marksStay: false });

    expect(check).toThrow(ValueError);
  });

  it('keeps its amounts as they are where they can be counted, and none at all', () => {
    const said: JsonMap = { a: { vcpus: 0, memory_mb: null, local_gb: 2_147_483_647, free_disk_gb: -3 } };

    checkIncoming(said, { marksStay: false });

    expect(said).toEqual({ a: { vcpus: 0, memory_mb: null, local_gb: 2_147_483_647, free_disk_gb: -3 } });
  });

  it('lets no server onto a host that has no room, by a mark of a rebuild', async () => {
    const world = await BuildWorld.boot();
    const request = world.request();
    for (const spec of request.args.request_spec) Object.assign(spec['nova_object.data'], { scheduler_hints: hints() });

    const { uuids } = await world.build(request);

    const [uuid = ''] = uuids;
    const claims = await world.services.placement.allocations(uuid);
    expect(world.server(uuid).item['host']).toMatch(/^host/u);
    expect(Object.keys(claims)).toHaveLength(1);
  });
});
