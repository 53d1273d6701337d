import { expect, it } from 'vitest';
import { hasShortNames, shortName, wholeName } from '#adapters/packing/short-names';
import { OPERATIONS, operationNames } from '#records/operation';

it.each([
  ['project_id', 'A'],
  ['power_state', 'B'],
  ['vm_state', 'C'],
  ['resources', 'U'],
  ['op:ended', 'Y'],
  ['op:last_execution', 'AA'],
  ['deleted_at', 'AS'],
  ['op:launch:owner', 'AT'],
  ['op:revert-across-cells:owner', 'BV'],
])('%s is stored as %s for good', (name, stored) => {
  expect(shortName(name)).toBe(stored);
  expect(wholeName(stored)).toBe(name);
});

it('the owner of a server has a short name, whatever the operation', () => {
  const owners = OPERATIONS.map((operation) => operationNames(operation).owner);

  expect(owners.map((owner) => shortName(owner).length)).toEqual(owners.map(() => 2));
});

it('what is no attribute of a server keeps its name', () => {
  expect(shortName('by_host')).toBe('by_host');
  expect(wholeName('by_host')).toBe('by_host');
  expect(hasShortNames({ pk: 'compute-node#n', sk: 'compute-node' })).toBe(false);
});
