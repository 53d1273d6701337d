import { describe } from 'vitest';
import { CROSSING_STORIES } from './crossing-stories.ts';
import { failsAtEveryTask } from './fails-at-every-task.ts';

describe('cross-cell-resize', async () => {
  await failsAtEveryTask(['cross-cell-resize'], CROSSING_STORIES, ['a resize across cells']);
});
