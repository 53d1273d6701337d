import { describe } from 'vitest';
import { failsAtEveryTask } from './fails-at-every-task.ts';
import { BUILD_STORIES } from './stories.ts';

describe('build and launch', async () => {
  await failsAtEveryTask(['build', 'launch'], BUILD_STORIES);
});
