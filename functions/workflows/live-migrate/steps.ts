import { remembering } from '#records/remembered-reads';
import type { Services } from '#ports/services';
import { keepingFailures, stepFunction, type Steps } from '../step.ts';
import { askDestination } from './ask-destination.ts';
import { awaitHost } from '../await-host.ts';
import { undoBindPorts } from './bind-ports.ts';
import { begin } from './begin.ts';
import { withBackoff } from '../look-backoff.ts';
import { undoCreateMigration } from './create-migration.ts';
import { finish } from './finish.ts';
import { judgeDestination } from './judge-destination.ts';
import { orderMigration } from './order-migration.ts';
import { prepare } from './prepare.ts';
import { rejectDestination, undoSelectDestination } from './reject-destination.ts';
import { selectDestination } from './select-destination.ts';
import type { PlacedState } from './state.ts';
import { undoTheRestOf } from '../undo-the-rest.ts';
import { undoSwapAllocations } from '../swap-allocations.ts';

/**
 * The steps of live-migrate.asl.ts by the name that its Tasks give. What looks at silent hosts, and how a migration
 * ends badly, is read when it is needed.
 */
export const liveMigrateSteps: Steps<PlacedState> = keepingFailures<PlacedState>({
  'ask-destination': remembering(askDestination),
  'await-migration': awaitHost('live-migrate', () => 0),
  begin: remembering(begin),
  'check-hosts': withBackoff(async (...args) => (await import('./check-hosts.ts')).checkHosts(...args)),
  'complete-migration': async (...args) => (await import('./give-up.ts')).completeMigration(...args),
  'fail-migration': async (...args) => (await import('./fail-migration.ts')).failMigration(...args),
  finish,
  'give-up': async (...args) => (await import('./give-up.ts')).giveUp(...args),
  'judge-destination': judgeDestination,
  'order-migration': remembering(orderMigration),
  prepare: remembering(prepare),
  refuse: async (...args) => (await import('./refuse.ts')).refuse(...args),
  'reject-destination': rejectDestination,
  'select-destination': selectDestination,
  'undo-bind-ports': undoBindPorts,
  'undo-create-migration': undoCreateMigration,
  'undo-select-destination': undoSelectDestination,
  'undo-swap-allocations': undoSwapAllocations,
  'undo-the-rest': undoTheRestOf<PlacedState>([
    undoBindPorts,
    undoSelectDestination,
    undoSwapAllocations,
    undoCreateMigration,
  ]),
});

/** The function of the live-migrate workflow over its ports. */
export const liveMigrateFunction = (services: Services) => stepFunction(services, liveMigrateSteps);
