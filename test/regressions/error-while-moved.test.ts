import { expect, test } from 'vitest';
import { coldWorld } from '../fixtures/moves.ts';

test('a server that its host sets to error while it is moved leaves no migration unfinished', async () => {
  const moving = await coldWorld({
    behaviour: ({ method }) => (method === 'prep_resize' ? { delay: 300_000 } : 'build'),
  });
  await moving.call();
  await moving.change({ vm_state: 'error', task_state: null });

  await moving.of.end();
  await moving.of.clock.advance(400_000);

  expect(moving.state).toBe('error/null');
  expect(moving.migrations).toMatchObject([{ status: 'error' }]);
});
