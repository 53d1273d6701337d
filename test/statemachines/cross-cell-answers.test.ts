import { describe } from 'vitest';
import { CONFIRM_STORIES, REVERT_STORIES } from './crossing-stories.ts';
import { failsAtEveryTask } from './fails-at-every-task.ts';

/*
 * Neither has an undo. What has failed for good leaves the server shown once and in error; `conductor audit` names the resize, and
 * `conductor heal` asks for its end again.
 */
describe('confirm-across-cells', async () => {
  await failsAtEveryTask(['confirm-across-cells'], CONFIRM_STORIES, []);
});

describe('revert-across-cells', async () => {
  await failsAtEveryTask(['revert-across-cells'], REVERT_STORIES, []);
});
