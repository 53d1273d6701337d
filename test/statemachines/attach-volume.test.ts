import { describe } from 'vitest';
import { ATTACH_STORIES } from './attach-stories.ts';
import { failsAtEveryTask } from './fails-at-every-task.ts';

describe('attach-volume', async () => {
  await failsAtEveryTask(['attach-volume'], ATTACH_STORIES);
});
