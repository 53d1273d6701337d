import { expect, test } from 'vitest';
import { alternates, GIVEN_BACK } from '../fixtures/given-back.ts';
import { coldWorld, type MovingWorld } from '../fixtures/moves.ts';

test('a reschedule that nobody owns ends well where the server is deleted before another host is claimed', async () => {
  let booted: MovingWorld | undefined;
  const moving = await coldWorld({
    around: async (run, event) => {
      if (event.step === 'claim-alternate') await booted?.change({ deleted: true });
      return run();
    },
  });
  booted = moving;

  await moving.cast({ hint: GIVEN_BACK, hostList: await alternates(moving, ['host3']) });

  const [execution] = await moving.of.executions('cold-migrate');
  expect(execution).toMatchObject({ status: 'SUCCEEDED', output: expect.stringContaining('"outcome":"deleted"') });
});
