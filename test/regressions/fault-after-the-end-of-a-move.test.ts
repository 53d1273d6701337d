import { expect, test } from 'vitest';
import { coldWorld } from '../fixtures/moves.ts';

test('a destination that ends a move while it prepares it still says why, when the move is wound up already', async () => {
  const moving = await coldWorld({
    behaviour: ({ method, host }) =>
      method === 'prep_resize' && host === 'host2' ? { abort: 'the image is broken' } : 'build',
  });

  await moving.move();

  const ended = [moving.state, moving.item['host'], moving.migrations[0]?.['status']];
  expect(ended).toEqual(['active/null', 'host1', 'error']);
  expect(moving.faultRecords).toMatchObject([{ message: 'the image is broken', host: 'host2' }]);
});
