import { describe } from 'vitest';
import { failsAtEveryTask } from './fails-at-every-task.ts';
import { LIVE_STORIES } from './move-stories.ts';

describe('live-migrate', async () => {
  await failsAtEveryTask(['live-migrate'], LIVE_STORIES, [
    'a live migration',
    'a forced destination',
    'a destination that refuses',
  ]);
});
