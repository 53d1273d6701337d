import { describe, expect, test } from 'vitest';
import { flavorOf, moveSpec, requestedSpec, specOf, targetHost } from '#conductor/move-spec';
import { Instance } from '#objects/instance/instance';
import { InstanceNUMATopology } from '#objects/numa/instance-numa-topology';
import { InstancePCIRequests } from '#objects/pci/instance-pci-requests';
import { CellMapping } from '#objects/mapping/cell-mapping';
import type { JsonMap } from '#ports/json';
import { fieldsOf, mapOf } from '#wire/reading';
import { flavor, requestSpec, wireObject } from '../fixtures/request-spec.ts';

const UUID = '7d0c1c52-5d0e-4c3e-9a5e-0f6e2f1b8a10';
const CELL = CellMapping.make({ uuid: '2f9c8c05-1bf8-4876-86db-17e5c12c1a12', name: 'cell1' });
const destination = (fields: JsonMap) => ({ requested_destination: wireObject('Destination', fields) });

/** The parts of a move of a server of project p to flavor 2. */
const parts = (sent: JsonMap | null, more: { readonly cold?: boolean; readonly filterProperties?: JsonMap } = {}) => ({
  spec: sent === null ? null : requestSpec({ instance_uuid: UUID, ...sent }),
  instance: Instance.make({
    uuid: UUID,
    project_id: 'p',
    user_id: 'u',
    availability_zone: 'az1',
    system_metadata: { image_min_ram: '5', image_hw_disk_bus: 'scsi' },
  }),
  flavor: flavorOf(flavor({ id: 2 })),
  cold: true,
  filterProperties: {},
  cell: CELL,
  ...more,
});

const fieldsOfMove = (...given: Parameters<typeof parts>): JsonMap => fieldsOf(moveSpec(parts(...given)).toPrimitive());
const destinationOfMove = (...given: Parameters<typeof parts>): JsonMap =>
  fieldsOf(fieldsOfMove(...given)['requested_destination']);
const cellOf = (result: JsonMap): JsonMap[string] | undefined => fieldsOf(result['cell'])['name'];

describe('the spec of a move', () => {
  test('stays in the cell of its server, and says so where it is cold [COLD-06]', () => {
    const [cold, live] = [true, false].map((each) => destinationOfMove({}, { cold: each }));

    expect([cold, live].map((result) => cellOf(result ?? {}))).toEqual(['cell1', 'cell1']);
    expect(cold).toHaveProperty('allow_cross_cell_move', false);
    expect(live).not.toHaveProperty('allow_cross_cell_move', true);
  });

  test.each([
    ['the own cell is preferred where it may be left', true, { allow_cross_cell_move: true }, 'cell1'],
    ['a named host is found in any cell', true, { allow_cross_cell_move: true, host: 'host4' }, undefined],
    ['a named host is found in the own cell alone', true, { allow_cross_cell_move: false, host: 'host4' }, 'cell1'],
    ['nothing leaves its cell live', false, { allow_cross_cell_move: true, host: 'host4' }, 'cell1'],
  ])('goes where the request allows it: %s [MOVE-03, MOVE-04, MOVE-05]', (_title, cold, asked, cell) => {
    const result = destinationOfMove(destination(asked), { cold });

    expect(cellOf(result)).toBe(cell);
    expect(result).toMatchObject(asked);
  });

  test.each([
    ['none towards a host that was asked for', true, { host: 'host2' }, null],
    ['as before where none was asked for', true, {}, expect.anything()],
    ['as before where the host is empty', true, { host: '' }, expect.anything()],
    ['as before for a live migration', false, { host: 'host2' }, expect.anything()],
  ])('is tried again: %s [COLD-08, MOVE-02]', (_title, cold, asked, retry) => {
    const sent = { ...destination(asked), retry: wireObject('SchedulerRetries', { num_attempts: 1 }) };

    expect(fieldsOfMove(sent, { cold })['retry']).toEqual(retry);
  });

  test('has no forced hosts, and leaves those that are stored [COLD-09]', () => {
    const spec = moveSpec(parts({ force_hosts: ['host1'], force_nodes: ['node1'] }));

    expect(spec.peek('force_hosts')).toBeNull();
    expect(spec.peek('force_nodes')).toBeNull();
    expect(spec.changes).not.toContain('force_hosts');
  });

  test.each([
    ['those of the spec', { project_id: 'p2', user_id: 'u2' }, { project_id: 'p2', user_id: 'u2' }],
    ['those of the server where it has none', { project_id: null }, { project_id: 'p', user_id: 'u' }],
  ])('has project and user: %s [UNSHELVE-04]', (_title, sent, result) => {
    expect(fieldsOfMove(sent)).toMatchObject(result);
  });

  test.each([
    ['none', {}, []],
    ['none of null', { requested_resources: null }, []],
    ['those that were asked for', groups(), groups().requested_resources],
  ])('asks for resources beyond the flavor: %s', (_title, sent, expected) => {
    expect(fieldsOfMove(sent)['requested_resources']).toMatchObject(expected);
  });

  test('has the parameters of the whole request: those that were sent, else new ones', () => {
    const sent = { request_level_params: wireObject('RequestLevelParams', { root_required: ['A'] }) };

    const result = [sent, {}].map((each) => fieldsOfMove(each)['request_level_params']);

    expect(fieldsOf(result[0])).toEqual({ root_required: ['A'] });
    expect(result[1]).toMatchObject({ 'nova_object.name': 'RequestLevelParams', 'nova_object.data': {} });
  });
});

function groups() {
  return { requested_resources: [wireObject('RequestGroup', { requester_id: 'port1' })] };
}

describe('the spec that a move begins with', () => {
  test.each([
    ['after a cold one', true, 2],
    ['of the spec for a live one, which changes none', false, 1],
  ])('has the flavor %s [COLD-02]', (_title, cold, id) => {
    expect(requestedSpec(parts({}, { cold })).peek('flavor')?.peek('id')).toBe(id);
  });

  test('is made of the server where none was sent', () => {
    const result = fieldsOf(requestedSpec(parts(null)).toPrimitive());

    expect(result).toMatchObject({
      instance_uuid: UUID,
      project_id: 'p',
      user_id: 'u',
      availability_zone: 'az1',
      instance_group: null,
      numa_topology: null,
      pci_requests: null,
      num_instances: 1,
    });
    expect(fieldsOf(result['flavor'])).toMatchObject({ id: 2 });
    expect(fieldsOf(result['image'])).toMatchObject({ min_ram: 5 });
    expect(mapOf(fieldsOf(result['image'])['properties'])).toMatchObject({
      'nova_object.data': { hw_disk_bus: 'scsi' },
    });
  });

  test('is made of the topology and the devices of its server', () => {
    const instance = Instance.make({
      uuid: UUID,
      numa_topology: InstanceNUMATopology.make({ cells: [] }),
      pci_requests: InstancePCIRequests.make({ requests: [] }),
    });

    const spec = requestedSpec({ ...parts(null), instance });

    expect(spec.peek('numa_topology')).toBe(instance.peek('numa_topology'));
    expect(spec.peek('pci_requests')).toBe(instance.peek('pci_requests'));
  });

  test('is made of a server of which nothing else is known', () => {
    const instance = Instance.make({ uuid: UUID });

    const result = fieldsOf(requestedSpec({ ...parts(null), instance }).toPrimitive());

    expect(result).toMatchObject({ instance_uuid: UUID, project_id: null, user_id: null, availability_zone: null });
  });

  test('made of a server has what filter properties ask for, objects among them', () => {
    const filterProperties = {
      ...destination({ host: 'host2' }),
      ignore_hosts: ['host1'],
      scheduler_hints: { a: 'b' },
    };

    const spec = requestedSpec(parts(null, { filterProperties }));

    expect(targetHost(spec)).toBe('host2');
    expect(fieldsOf(spec.toPrimitive())).toMatchObject({ ignore_hosts: ['host1'], scheduler_hints: { a: ['b'] } });
  });
});

describe('the host that was asked for', () => {
  test.each([
    ['is the one of the destination', destination({ host: 'host2' }), 'host2'],
    ['is none of an empty name', destination({ host: '' }), undefined],
    ['is none of a destination without one', destination({}), undefined],
    ['is none without destination', { requested_destination: null }, undefined],
    ['is none where nothing is said of a destination', {}, undefined],
  ])('%s', (_title, fields, host) => {
    expect(targetHost(specOf(wireObject('RequestSpec', fields)))).toBe(host);
  });
});

test('an object of another type is refused, with both names', () => {
  expect(() => specOf(flavor())).toThrow(new TypeError('a RequestSpec is expected, not a Flavor'));
  expect(() => flavorOf(requestSpec())).toThrow(new TypeError('a Flavor is expected, not a RequestSpec'));
});
