import { describe } from 'vitest';
import { CONFIRM_STORIES, REVERT_STORIES } from './crossing-stories.ts';
import { failsAtEveryTask } from './fails-at-every-task.ts';

/** Neither has an undo: the server is in error with its reason, both records stay, and its user asks again. */
const CONFIRM_AGAIN = ['Begin', 'Find source', 'Order confirm'];
const REVERT_AGAIN = [
  'Begin',
  'Find source',
  'Prepare source',
  'Switch back',
  'Order revert',
  'Keep revert',
  'Delete target',
  'Order start',
];

describe('confirm-across-cells', async () => {
  await failsAtEveryTask(['confirm-across-cells'], CONFIRM_STORIES, [], CONFIRM_AGAIN);
});

describe('revert-across-cells', async () => {
  await failsAtEveryTask(['revert-across-cells'], REVERT_STORIES, [], REVERT_AGAIN);
});
