import { expect, test } from 'vitest';
import { decideUnshelve } from '#conductor/unshelve';

test.each([
  ['shelved', 'image', 'start'],
  ['shelved', null, 'start'],
  ['shelved_offloaded', 'image', 'find-image'],
  ['shelved_offloaded', null, 'schedule'],
  ['active', 'image', 'wrong-state'],
  [null, null, 'wrong-state'],
] as const)('a server that is %s with image %s is unshelved by %s', (vm_state, imageId, kind) => {
  expect(decideUnshelve({ vm_state, imageId }).kind).toBe(kind);
});

test('a server that is not shelved is refused in the words that users know', () => {
  expect(decideUnshelve({ vm_state: 'active', imageId: null })).toMatchObject({
    reason: 'Unshelve attempted but vm_state not SHELVED or SHELVED_OFFLOADED',
  });
});
