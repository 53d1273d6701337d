import type { Services } from '#ports/services';
import { LIVE_MIGRATE_TASKS } from '#conductor/live-migration';
import { refuseMove } from '#servers/refuse-move';
import { failureOf, type StepEvent } from '../step.ts';
import { eventsOf, type MoveState } from './state.ts';

/** Ends a request that could not begin: its event and the answer say why. */
export async function refuse(services: Services, { state, error, execution }: StepEvent<MoveState>): Promise<void> {
  await refuseMove(services, {
    operation: 'live-migrate',
    execution,
    uuid: state.server,
    request: state.request,
    method: state.method,
    events: eventsOf(state),
    writer: execution,
    reply: state.reply,
    caught: failureOf(error),
    whileTask: LIVE_MIGRATE_TASKS,
  });
}
