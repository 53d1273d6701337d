import { refuseMove } from '#servers/refuse-move';
import { failureOf, type Step } from '../step.ts';
import { EVENTS, type MoveState } from './state.ts';

/** Ends a request that could not begin: its events tell why, and so does the answer. */
export const refuse: Step<MoveState> = async (services, { state, error, execution }) => {
  await refuseMove(services, {
    operation: 'cold-migrate',
    execution,
    uuid: state.server,
    request: state.request,
    method: 'migrate_server',
    events: EVENTS,
    writer: `${execution}/${state.attempt}`,
    reply: state['reply'],
    caught: failureOf(error),
    whileTask: ['resize_prep', null],
  });
};
