import { remembering } from '#records/remembered-reads';
import type { Services } from '#ports/services';
import { keepingFailures, stepFunction, type Steps } from '../step.ts';
import { awaitHost } from '../await-host.ts';
import { begin } from './begin.ts';
import { withBackoff } from '../look-backoff.ts';
import { checkHosts } from './check-hosts.ts';
import { claimAlternate } from './claim-alternate.ts';
import { undoCreateMigration } from '../end-cold-migration.ts';
import { failMigrationOf } from '../fail-cold-move.ts';
import { finish } from './finish.ts';
import { giveUp } from './give-up.ts';
import { handOver, undoHandOver } from './hand-over.ts';
import { orderResize } from './order-resize.ts';
import { prepare } from './prepare.ts';
import { refuse } from './refuse.ts';
import { undoSaveSpec } from '../save-flavor.ts';
import { undoSelectDestination } from '../release-destination.ts';
import type { PlacedState } from '../cold-move.ts';
import { undoTheRestOf } from '../undo-the-rest.ts';
import { undoSwapAllocations } from '../swap-allocations.ts';

/** The steps of cold-migrate.asl.ts by the name that its Tasks give. */
export const coldMigrateSteps: Steps<PlacedState> = keepingFailures<PlacedState>({
  'await-resize': awaitHost('cold-migrate', ({ attempt }) => attempt),
  begin: remembering(begin),
  'check-hosts': withBackoff(checkHosts),
  'claim-alternate': claimAlternate,
  'fail-migration': failMigrationOf('cold-migrate'),
  'hand-over': handOver,
  finish,
  'give-up': giveUp,
  'order-resize': remembering(orderResize),
  prepare: remembering(prepare),
  refuse,
  'undo-create-migration': undoCreateMigration,
  'undo-hand-over': undoHandOver,
  'undo-save-spec': undoSaveSpec,
  'undo-select-destination': undoSelectDestination,
  'undo-swap-allocations': undoSwapAllocations,
  'undo-the-rest': undoTheRestOf<PlacedState>([
    undoSaveSpec,
    undoSelectDestination,
    undoSwapAllocations,
    undoCreateMigration,
  ]),
});

/** The function of the cold-migrate workflow over its ports. */
export const coldMigrateFunction = (services: Services) => stepFunction(services, coldMigrateSteps);
