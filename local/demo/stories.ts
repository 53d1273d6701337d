import type { Story } from './scenario.ts';
import { build } from './stories/build.ts';
import { evacuate } from './stories/evacuate.ts';
import { liveMigrate } from './stories/live-migrate.ts';
import { resize } from './stories/resize.ts';
import { unshelve } from './stories/unshelve.ts';

/** All that the demo can show. */
export const STORIES: readonly Story[] = [build, liveMigrate, resize, evacuate, unshelve];
