import { describe } from 'vitest';
import { CACHING_STORIES } from './caching-stories.ts';
import { failsAtEveryTask } from './fails-at-every-task.ts';

describe('cache-images', async () => {
  await failsAtEveryTask(['cache-images'], CACHING_STORIES);
});
