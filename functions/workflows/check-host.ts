import { ComputeServiceUnavailable } from '#errors';
import { awaitCompute } from '#conductor/await-compute';
import { lookAtHost } from './silent-host.ts';
import type { Services } from '#ports/services';
import type { Looked, StepEvent } from './step.ts';

/**
 * Looks at a server whose host was silent for a while and that no other host can take. Has no undo: it writes nothing.
 *
 * @throws ComputeServiceUnavailable when the host is given up
 */
export const checkHostOf =
  <S extends { readonly server: string; readonly cell: string }>(operation: 'rebuild' | 'unshelve') =>
  async (services: Services, { state, execution }: StepEvent<S>): Promise<Looked<S>> => {
    const { server, cell } = state;
    const looked = await lookAtHost(services, { operation, server, cell, execution, attempt: 1 });
    if (looked.kind === 'over') return { state, verdict: 'settled', outcome: looked.outcome };
    const { host, facts } = looked;
    const decision = awaitCompute(facts);
    services.log.info('host checked', { instance: server, host, cell, verdict: decision.kind });
    if (decision.kind === 'give-up') throw new ComputeServiceUnavailable({ host });
    return { state, verdict: decision.kind, outcome: decision.kind === 'settled' ? decision.outcome : 'unsettled' };
  };
