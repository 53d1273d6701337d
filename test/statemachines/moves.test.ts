import { describe } from 'vitest';
import { failsAtEveryTask } from './fails-at-every-task.ts';
import { COLD_STORIES, LIVE_STORIES } from './move-stories.ts';

describe('cold-migrate', async () => {
  await failsAtEveryTask(['cold-migrate'], COLD_STORIES);
});

describe('live-migrate', async () => {
  await failsAtEveryTask(['live-migrate'], LIVE_STORIES);
});
