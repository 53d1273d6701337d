import type { Services } from '#ports/services';
import { stepFunction, type Steps } from '../step.ts';
import { awaitHost } from '../await-host.ts';
import { withBackoff } from '../look-backoff.ts';
import { checkHost } from './check-host.ts';
import { clearTask } from './clear-task.ts';
import { conclude } from './conclude.ts';
import { findImage, undoFindImage } from './find-image.ts';
import { markError } from './mark-error.ts';
import { refuse } from './refuse.ts';
import { scheduleInCell, undoScheduleInCell } from './schedule-in-cell.ts';
import { startInPlace } from './start-in-place.ts';
import type { PlacedState } from './state.ts';
import { targetServer } from './target-server.ts';
import { unshelveOnHost } from './unshelve-on-host.ts';

/** The steps of unshelve.asl.ts by the name that its Tasks give. */
export const unshelveSteps: Steps<PlacedState> = {
  'await-unshelve': awaitHost('unshelve', () => 1),
  'check-host': withBackoff(checkHost),
  'clear-task': clearTask,
  conclude,
  'find-image': findImage,
  'mark-error': markError,
  refuse,
  'schedule-in-cell': scheduleInCell,
  'start-in-place': startInPlace,
  'target-server': targetServer,
  'undo-find-image': undoFindImage,
  'undo-schedule-in-cell': undoScheduleInCell,
  'unshelve-on-host': unshelveOnHost,
};

/** The function of the unshelve workflow over its ports. */
export const unshelveFunction = (services: Services) => stepFunction(services, unshelveSteps);
