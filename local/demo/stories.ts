import type { Story } from './scenario.ts';
import { build } from './build-story.ts';
import { crossCellResize } from './cross-cell-resize-story.ts';
import { evacuate } from './evacuate-story.ts';
import { liveMigrate } from './live-migrate-story.ts';
import { resize } from './resize-story.ts';
import { unshelve } from './unshelve-story.ts';

/** All that the demo can show. */
export const STORIES: readonly Story[] = [build, liveMigrate, resize, crossCellResize, evacuate, unshelve];
