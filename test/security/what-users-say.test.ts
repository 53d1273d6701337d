import { describe, expect, it } from 'vitest';
import { ValueError } from '#errors';
import { registry } from '#objects/registry';
import { fromPrimitive } from '#objects/versioned/from-primitive';
import type { JsonMap } from '#ports/json';
import { requestSpecItem } from '#records/items/request-spec';
import { BUILD_REQUESTS, requestSpecKey } from '#records/keys';
import { instance } from '#records/methods/instance';
import { checkIncoming } from '#wire/incoming';
import { requestEnvelope } from '#wire/envelope';
import { mustBeWire } from '#wire/wire-object';
import { newObject, setFields } from '#wire/wire';
import { BuildWorld } from '../fixtures/build-world.ts';
import { authorityWorld, OWNERS } from './authority-world.ts';

const SAVE = { method: 'object_action', args: {} };

const hints = (): JsonMap => ({ _nova_check_type: ['rebuild'], _nova_anything: ['x'], group: ['g'] });

describe('what users say', () => {
  it('loses the marks that a conductor gives itself, whoever has sent the message', async () => {
    const world = await BuildWorld.boot({ scheduler: () => [['host1']] });
    const { args, context } = world.request();
    const { request_spec, build_requests, ...rest } = args;
    const request_specs = request_spec.map((spec) => setFields(spec, { scheduler_hints: hints() }));
    const sent = { ...rest, build_requests: [...build_requests], request_specs };
    const message = { method: 'schedule_and_build_instances', namespace: 'compute_task', version: '1.17' };

    // Our own client drops them before it sends.
    const body = requestEnvelope({ ...message, args: sent, context, uniqueId: 'u' });
    await world.platform.queues.send('compute-task', { body });
    await world.end();

    const [asked] = world.scheduler?.asked ?? [];
    expect(JSON.stringify(asked?.spec)).not.toContain('_nova');
    expect(JSON.stringify(asked?.spec)).toContain('"group":["g"]');
  });

  it('loses them in a spec that is saved, whoever has sent the call', async () => {
    const world = await BuildWorld.boot();
    const { context, uuids } = await world.build();
    const key = requestSpecKey(uuids[0] ?? '');
    const stored = mustBeWire(requestSpecItem((await world.services.tables.get(BUILD_REQUESTS, key)) ?? {}).spec, 'it');
    const objinst = {
      ...setFields(stored, { scheduler_hints: hints() }),
      'nova_object.changes': ['scheduler_hints'],
    };

    const args = { objinst, objmethod: 'save', args: [], kwargs: {} };
    const body = requestEnvelope({ method: 'object_action', version: '3.0', args, context, uniqueId: 'u' });
    await world.platform.queues.send('conductor', { body });
    await world.end();

    const saved = JSON.stringify(await world.services.tables.get(BUILD_REQUESTS, key));
    expect(saved).not.toContain('_nova_anything');
    expect(saved).toContain('"group":["g"]');
  });

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

    checkIncoming(said, SAVE);

    const text = JSON.stringify(said);
    expect(text).not.toContain('_nova');
    expect(text).toContain('"group":["g"]');
  });

  it.each([
    ['vcpus', -1000],
    ['vcpus', 1e15],
    ['memory_mb', '-1'],
    ['vcpus_used', -1e15],
    ['running_vms', -1],
    ['cpu_allocation_ratio', 1e300],
    ['ram_allocation_ratio', -1],
    ['num_instances', 1e12],
    ['swap', -1],
    ['volume_size', -5],
    ['resources', { VCPU: -1 }],
    ['resources', { MEMORY_MB: 1e15 }],
  ])('is refused where %s is %s', (name, value) => {
    const said: JsonMap = { objinst: newObject('Instance', '2.7', { uuid: 'u', [name]: value }) };

    const check = (): void => checkIncoming(said, SAVE);

    expect(check).toThrow(ValueError);
  });

  it.each([
    ['more than any column holds', 'memory_total', 1e308],
    ['less than any column holds', 'progress', -1e20],
    ['too small a fraction for a table', 'factor', 5e-324],
    ['more than any column holds, in a list', 'pages', [1, 1e200]],
  ])('is refused where a number is %s', (_why, name, value) => {
    const said: JsonMap = { objinst: newObject('Migration', '1.7', { uuid: 'u', [name]: value }) };

    expect(() => checkIncoming(said, SAVE)).toThrow(ValueError);
  });

  it.each(['9'.repeat(20), '9'.repeat(400), `-${'9'.repeat(30)}`])(
    'is refused where digits are too many: %s',
    (digits) => {
      const load = (): unknown => fromPrimitive(newObject('Migration', '1.7', { memory_total: digits }), registry);

      expect(load).toThrow('invalid literal for an integer');
    },
  );

  it.each([0, -0, 1, 2 ** 53 + 2, -(2 ** 62), 0.5])('is taken where a number is one that tables keep: %s', (value) => {
    const said: JsonMap = { objinst: newObject('Migration', '1.7', { uuid: 'u', memory_total: value }) };

    expect(() => checkIncoming(said, SAVE)).not.toThrow();
  });

  it('keeps its amounts as they are where they can be counted, and none at all', () => {
    const said: JsonMap = { a: { vcpus: 0, memory_mb: null, local_gb: 2_147_483_647, free_disk_gb: -3 } };

    checkIncoming(said, SAVE);

    expect(said).toEqual({ a: { vcpus: 0, memory_mb: null, local_gb: 2_147_483_647, free_disk_gb: -3 } });
  });

  it('is taken where a compute counts less than nothing in use, as it does while it gives back a move', () => {
    const used = { vcpus_used: -1, memory_mb_used: -512, local_gb_used: -1 };

    const check = (): void => checkIncoming({ objinst: newObject('ComputeNode', '1.19', used) }, SAVE);

    expect(check).not.toThrow();
  });

  it.each(['metadata', 'scheduler_hints', 'extra_specs', 'properties', 'stats'])(
    'is free in texts of its own, whatever they are called: in %s',
    (name) => {
      const said: JsonMap = { instance: newObject('Instance', '2.7', { [name]: { vcpus: 'many', memory_mb: '-1' } }) };

      checkIncoming(said, SAVE);

      expect(JSON.stringify(said)).toContain('"vcpus":"many"');
    },
  );

  it('keeps of its marks, in a rebuild in place, the one that the API gives there', () => {
    const said = { recreate: false, request_spec: newObject('RequestSpec', '1.14', { scheduler_hints: hints() }) };

    checkIncoming(said, { method: 'rebuild_instance', args: said });

    expect(said.request_spec['nova_object.data']['scheduler_hints']).toEqual({
      _nova_check_type: ['rebuild'],
      group: ['g'],
    });
  });

  it.each([
    ['an evacuation', 'rebuild_instance', true, ['rebuild']],
    ['another value', 'rebuild_instance', false, ['build']],
    ['another method', 'unshelve_instance', false, ['rebuild']],
  ])('loses that mark in %s', (_what, method, recreate, mark) => {
    const scheduler_hints = { _nova_check_type: mark };
    const said = { recreate, request_spec: newObject('RequestSpec', '1.14', { scheduler_hints }) };

    checkIncoming(said, { method, args: said });

    expect(said.request_spec['nova_object.data']['scheduler_hints']).toEqual({});
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

describe('the states that a save expects', () => {
  it('are refused where they are more than a condition takes', async () => {
    const records = await authorityWorld(['host1']);
    const saved = { ...newObject('Instance', '2.7', { uuid: OWNERS.host1.uuid }), 'nova_object.changes': [] };
    const expected_task_state = Array.from({ length: 200 }, (_, at) => `state-${at}`);

    const save = instance.instance?.['save']?.call(records, fromPrimitive(saved, registry), { expected_task_state });

    await expect(save).rejects.toThrow(ValueError);
  });
});
