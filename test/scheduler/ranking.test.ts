import { describe, expect, it } from 'vitest';
import { fitHost, learnFree, place, roomFor, type HostState } from '#scheduler/facts/host-state';
import { pick, rank } from '#scheduler/ranking';
import { selection } from '#scheduler/selection';
import { preferences, weights } from '#scheduler/weights/list';
import { newObject } from '#wire/wire';
import { filterRequest, host } from './host.ts';

const chosen = preferences(['nova.scheduler.weights.cpu.CPUWeigher'], {});
const withCpus = (...free: readonly number[]): HostState[] => free.map((VCPU) => host({ free: { VCPU } }));

/** Places of hosts in the order in which they are ranked. */
function order(hosts: readonly HostState[], ties: readonly number[]): number[] {
  const ranked = rank(hosts, filterRequest(), chosen, (each) => ties[hosts.indexOf(each)] ?? 0);
  return ranked.map((each) => hosts.indexOf(each));
}

describe('hosts stand in order', () => {
  it('of their weights, the heaviest first, whatever their ties', () => {
    expect(order(withCpus(1, 4, 2), [0.1, 0.9, 0.5])).toEqual([1, 2, 0]);
  });

  it('of their ties where they weigh the same', () => {
    expect(order(withCpus(2, 4, 2, 4), [0.2, 0.9, 0.1, 0.3])).toEqual([3, 1, 2, 0]);
  });

  it('with none of a class last', () => {
    expect(order([host({ free: {} }), ...withCpus(1)], [0, 1])).toEqual([1, 0]);
  });
});

describe('of the best hosts', () => {
  const hosts = withCpus(3, 2, 1);

  it.each([
    ['the best alone by default', 1, 0.99, 0],
    ['the best for a size of none', 0, 0.99, 0],
    ['any of so many', 2, 0.99, 1],
    ['the first of so many', 2, 0.49, 0],
    ['any there are for a larger size', 9, 0.99, 2],
    ['the last for a number that is all', 2, 1, 1],
  ])('%s is picked', (_title, size, random, expected) => {
    expect(pick(hosts, size, () => random)).toBe(hosts[expected]);
  });

  it('none is picked where there is none', () => {
    expect(pick([], 1, () => 0)).toBeUndefined();
  });
});

describe('a server that may leave its cell', () => {
  const cell = newObject('CellMapping', '1.1', { uuid: 'another-cell' });
  const names = ['nova.scheduler.weights.cross_cell.CrossCellWeigher'];

  it.each([
    ['prefers hosts of its own by far', true, {}, [0, 1_000_000]],
    ['prefers them as the option says', true, { cross_cell_move_weight_multiplier: 2 }, [0, 2]],
    ['prefers none where it may not leave', false, {}, [0, 0]],
  ])('%s', (_title, allow_cross_cell_move, multipliers, expected) => {
    const data = { cell, allow_cross_cell_move };
    const spec = filterRequest({ requested_destination: newObject('Destination', '1.4', data) });
    const own = host({ provider: { ...host().provider, cellUuid: 'another-cell' } });

    expect(weights([host(), own], spec, preferences(names, multipliers))).toEqual(expected);
  });
});

describe('what a Placement offers on a host', () => {
  const { uuid } = host().provider;
  const offer = (VCPU: number) => ({ allocations: { [uuid]: { VCPU } }, mappings: {} });
  const offering = (free: number, ...cpus: readonly number[]) =>
    host({ free: { VCPU: free }, offers: cpus.map(offer) });

  it('is taken by the first for which there is room', () => {
    expect(roomFor(offering(4, 8, 4, 2))).toEqual(offer(4));
    expect(fitHost(offering(4, 8, 4), [])).toEqual({ fits: true, fitting: offer(4) });
    expect(fitHost(offering(3, 8, 4), [])).toEqual({ fits: false, reason: 'not enough room' });
  });

  it('shrinks with each server that is put there, and grows again', () => {
    const at = offering(4, 3);

    place(at, offer(3).allocations, 1);
    const after = { ...at };
    place(at, offer(3).allocations, -1);

    expect(after).toMatchObject({ free: { VCPU: 1 }, ioWorkload: 1, groupMembers: 1 });
    expect(roomFor(after)).toBeUndefined();
    expect(at).toMatchObject({ free: { VCPU: 4 }, ioWorkload: 0, groupMembers: 0 });
  });

  it('is none on a provider that is gone', () => {
    const at = offering(4, 3);

    learnFree(at, new Map([[uuid, {}]]));

    expect(roomFor(at)).toBeUndefined();
  });
});

describe('a Selection', () => {
  const { uuid, host: name, node, cellUuid } = host().provider;

  it('names the host, its cell and zone, and what is to be claimed there', () => {
    const selected = selection(host({ availabilityZone: 'az1' }), {
      allocations: { [uuid]: { VCPU: 1 } },
      mappings: {},
    });

    expect(selected['nova_object.data']).toMatchObject({
      compute_node_uuid: uuid,
      service_host: name,
      nodename: node,
      cell_uuid: cellUuid,
      availability_zone: 'az1',
      allocation_request: expect.stringContaining('"VCPU"'),
      allocation_request_version: expect.any(String),
    });
    expect(selected['nova_object.changes']).toEqual(Object.keys(selected['nova_object.data']).toSorted());
  });

  it('claims nothing where a server stays', () => {
    expect(selection(host(), undefined)['nova_object.data']).toMatchObject({ allocation_request_version: null });
  });
});
