import { expect, it } from 'vitest';
import { hasShortNames, shortName, wholeName } from '#adapters/packing/short-names';
import { OPERATIONS, operationNames } from '#records/operation';

it.each([
  ['project_id', 'A'],
  ['power_state', 'C'],
  ['vm_state', 'D'],
  ['resources', 'Z'],
  ['op:ended', 'AD'],
  ['op:last_execution', 'AF'],
  ['deleted_at', 'AX'],
  ['op:launch:owner', 'AY'],
  ['op:revert-across-cells:owner', 'CB'],
])('%s is stored as %s for good', (name, stored) => {
  expect(shortName(name)).toBe(stored);
  expect(wholeName(stored)).toBe(name);
});

it('the owner of a server has a short name, whatever the operation', () => {
  const owners = OPERATIONS.map((operation) => operationNames(operation).owner);

  expect(owners.map((owner) => shortName(owner).length)).toEqual(owners.map(() => 2));
});

it('no attribute of a server is stored under the name of a type of DynamoDB, by which some take it for a value', () => {
  const types = ['B', 'BOOL', 'BS', 'L', 'M', 'N', 'NS', 'NULL', 'S', 'SS'];

  expect(types.map(wholeName)).toEqual(types);
});

it('what is no attribute of a server keeps its name', () => {
  expect(shortName('by_host')).toBe('by_host');
  expect(wholeName('by_host')).toBe('by_host');
  expect(hasShortNames({ pk: 'compute-node#n', sk: 'compute-node' })).toBe(false);
});
