import { expect, it } from 'vitest';
import { comeTo } from '#cli/inventory/quota-usage';

const share = { instances: 1, cores: 2, ram: 1024 };
const twice = { instances: 2, cores: 4, ram: 2048 };

it('a project and its user come to their servers, and to what pending requests reserve', () => {
  const owner = { project: 'p', user: 'u', share };
  const reserved = [{ ...owner, uuids: ['recorded', 'pending', 'gone'] }];

  const counted = comeTo([owner, { project: 'other', share }], reserved, new Set(['pending']));

  expect([...counted.values()]).toEqual([
    { project: 'p', amounts: twice },
    { project: 'p', user: 'u', amounts: twice },
    { project: 'other', amounts: share },
  ]);
});
