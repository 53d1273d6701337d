import { describe } from 'vitest';
import { failsAtEveryTask } from './fails-at-every-task.ts';
import { REBUILD_STORIES, UNSHELVE_STORIES } from './recovery-stories.ts';

describe('unshelve', async () => {
  await failsAtEveryTask(['unshelve'], UNSHELVE_STORIES, []);
});

describe('rebuild', async () => {
  await failsAtEveryTask(['rebuild'], REBUILD_STORIES, []);
});
