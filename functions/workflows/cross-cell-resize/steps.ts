import type { Services } from '#ports/services';
import { undoCreateMigration } from '../end-cold-migration.ts';
import { reply } from '../reply-cold-move.ts';
import { saveSpec } from '../save-flavor.ts';
import { undoSelectDestination } from '../release-destination.ts';
import { keepingFailures, stepFunction, type Steps } from '../step.ts';
import { undoSwapAllocations } from '../swap-allocations.ts';
import { undoTheRestOf } from '../undo-the-rest.ts';
import { askDestination } from './ask-destination.ts';
import { bindPorts, undoBindPorts } from './bind-ports.ts';
import { copyRecords, undoCopyRecords } from './copy-records.ts';
import { createAttachments, undoCreateAttachments } from './create-attachments.ts';
import { createSnapshot, undoCreateSnapshot } from './create-snapshot.ts';
import { finish } from './finish.ts';
import { keepContext, undoKeepContext } from './keep-context.ts';
import { markSource } from './mark-source.ts';
import { noteCrossing } from './note-crossing.ts';
import { keepArrival, orderFinish } from './order-finish.ts';
import { keepDeparture, orderSource } from './order-source.ts';
import type { CrossingState } from './state.ts';
import { switchCell } from './switch-cell.ts';

/** The steps of cross-cell-resize.asl.ts by the name that its Tasks give. */
export const crossCellResizeSteps: Steps<CrossingState> = keepingFailures<CrossingState>({
  'ask-destination': askDestination,
  'bind-ports': bindPorts,
  'copy-records': copyRecords,
  'create-attachments': createAttachments,
  'create-snapshot': createSnapshot,
  'fail-migration': async (...args) =>
    (await import('../fail-cold-move.ts')).failMigrationOf('cross-cell-resize')(...args),
  'fence-destination': async (...args) => (await import('./take-away-guest.ts')).fenceDestination(...args),
  finish,
  'keep-arrival': keepArrival,
  'keep-context': keepContext,
  'keep-departure': keepDeparture,
  'mark-source': markSource,
  'note-crossing': noteCrossing,
  'order-finish': orderFinish,
  'order-source': orderSource,
  reply,
  'save-spec': saveSpec,
  'switch-cell': switchCell,
  'take-away-again': async (...args) => (await import('./take-away-guest.ts')).takeAwayAgain(...args),
  'take-away-guest': async (...args) => (await import('./take-away-guest.ts')).takeAwayGuest(...args),
  'see-guest-away': async (...args) => (await import('./take-away-guest.ts')).seeGuestAway(...args),
  'undo-bind-ports': undoBindPorts,
  'undo-copy-records': undoCopyRecords,
  'undo-create-attachments': undoCreateAttachments,
  'undo-create-migration': undoCreateMigration,
  'undo-create-snapshot': undoCreateSnapshot,
  'undo-keep-context': undoKeepContext,
  'undo-select-destination': undoSelectDestination,
  'undo-swap-allocations': undoSwapAllocations,
  'undo-the-rest': undoTheRestOf<CrossingState>([
    undoCreateSnapshot,
    undoKeepContext,
    undoCreateAttachments,
    undoBindPorts,
    undoCopyRecords,
    undoSelectDestination,
    undoSwapAllocations,
    undoCreateMigration,
  ]),
});

/** The function of the cross-cell-resize workflow over its ports. */
export const crossCellResizeFunction = (services: Services) => stepFunction(services, crossCellResizeSteps);
