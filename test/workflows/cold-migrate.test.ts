import { expect, test } from 'vitest';
import { coldWorld } from '../fixtures/moves.ts';

test('COLD-01 a cold migration swaps the claim, orders the destination and answers before the computes are done', async () => {
  const moving = await coldWorld();

  const answer = await moving.call();

  expect(answer).toBeNull();
});
