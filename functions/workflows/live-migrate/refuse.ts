import { LIVE_MIGRATE_TASKS } from '#conductor/live-migration';
import { refuseMove } from '#servers/refuse-move';
import { failureOf, type Step } from '../step.ts';
import { eventsOf, type MoveState } from './state.ts';

/** Ends a request that could not begin: its event tells why, and so does the answer. */
export const refuse: Step<MoveState> = async (services, { state, error, execution }) => {
  await refuseMove(services, {
    operation: 'live-migrate',
    execution,
    uuid: state.server,
    request: state.request,
    method: state.method,
    events: eventsOf(state),
    writer: execution,
    reply: state['reply'],
    caught: failureOf(error),
    whileTask: LIVE_MIGRATE_TASKS,
  });
};
