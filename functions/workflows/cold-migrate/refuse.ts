import type { Services } from '#ports/services';
import { refuseMove } from '#servers/refuse-move';
import { failureOf, type StepEvent } from '../step.ts';
import { EVENTS, type MoveState } from '../cold-move.ts';

/** Ends a request that could not begin: its events and the answer say why. */
export async function refuse(services: Services, { state, error, execution }: StepEvent<MoveState>): Promise<void> {
  await refuseMove(services, {
    operation: 'cold-migrate',
    execution,
    uuid: state.server,
    request: state.request,
    method: 'migrate_server',
    events: EVENTS,
    writer: `${execution}/${state.attempt}`,
    reply: state.reply,
    caught: failureOf(error),
    whileTask: ['resize_prep', null],
  });
}
