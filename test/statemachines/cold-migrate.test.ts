import { describe } from 'vitest';
import { failsAtEveryTask } from './fails-at-every-task.ts';
import { COLD_STORIES } from './move-stories.ts';

describe('cold-migrate', async () => {
  await failsAtEveryTask(['cold-migrate'], COLD_STORIES, [
    'a resize',
    'a destination that gives the server back',
    'a reschedule that nobody owns',
  ]);
});
