import { describe, expect, test } from 'vitest';
import { MessagingTimeout } from '#errors';
import { BuildWorld } from '../fixtures/build-world.ts';
import { afterBuild } from '../fixtures/host-scripts.ts';
import { SCHEDULED } from '../fixtures/live-moves.ts';
import { coldWorld, liveWorld } from '../fixtures/moves.ts';
import { EVACUATE, rebuild, stranded } from '../fixtures/rebuilt-server.ts';
import { shelved, unshelve } from '../fixtures/shelved-server.ts';

const silent = () => new MessagingTimeout({ message_id: 'm' });

describe.each([1, 2, 5])('with max_attempts %d a scheduler that never answers', (maxAttempts) => {
  const config = { maxAttempts };

  test('is asked as often for a build', async () => {
    const world = await BuildWorld.boot({ scheduler: silent, config });

    await world.build();

    expect(world.scheduler?.asked).toHaveLength(maxAttempts);
  });

  test('is asked as often for a cold migration', async () => {
    const moving = await coldWorld({ scheduler: silent, config });

    await moving.move();

    expect(moving.asked).toHaveLength(maxAttempts);
  });

  test('is asked as often for a live migration', async () => {
    const moving = await liveWorld({ scheduler: silent, config });

    await moving.move(SCHEDULED);

    expect(moving.asked).toHaveLength(maxAttempts);
  });

  test('is asked as often for an evacuation and for an unshelving', async () => {
    const evacuated = await stranded({ scheduler: afterBuild(silent), config });
    const offloaded = await shelved({ offloaded: true }, { scheduler: afterBuild(silent), config });

    await rebuild(evacuated, EVACUATE);
    await unshelve(offloaded);

    expect(evacuated.world.scheduler?.asked).toHaveLength(1 + maxAttempts);
    expect(offloaded.world.scheduler?.asked).toHaveLength(1 + maxAttempts);
  });
});
