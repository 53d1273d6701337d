import { ComputeServiceUnavailable } from '#errors';
import { awaitCompute } from '#conductor/await-compute';
import { lookAtHost, type SilentInstance } from './silent-host.ts';
import { unlessItMayWake } from '#conductor/hand-over';
import type { Services } from '#ports/services';
import { externalResourcesOf } from '#servers/external-resources';
import type { Looked, StepEvent } from './step.ts';

/** A server that is waited for. */
type LookedAfter = Omit<SilentInstance, 'operation' | 'execution' | 'attempt'>;

/**
 * Looks at a server whose host was silent for a while and that no other host can take. Has no undo: it writes nothing.
 *
 * @param hasOtherHost whether another host would get the server with the next request, once this one is given up
 * @throws ComputeServiceUnavailable when the host is given up
 */
export const checkHostOf =
  <S extends LookedAfter>(operation: 'rebuild' | 'unshelve', hasOtherHost: (state: S) => boolean) =>
  async (services: Services, { state, execution }: StepEvent<S>): Promise<Looked<S>> => {
    const { server: instance, cell } = state;
    const looked = await lookAtHost(services, { ...state, operation, execution, attempt: 1 });
    if (looked.kind === 'over') return { state, verdict: 'settled', outcome: looked.outcome };
    const { host, facts, restart } = looked;
    const first = awaitCompute(facts);
    const gone = first.kind === 'give-up' && hasOtherHost(state);
    const decision = gone ? unlessItMayWake(first, facts, await externalResourcesOf(services, cell, instance)) : first;
    const reason = decision.kind === 'settled' ? decision.outcome : decision.reason;
    services.log.info('host checked', { instance, host, cell, verdict: decision.kind, reason });
    if (decision.kind === 'wait' && 'heldBack' in decision) {
      const { holdOrder } = await import('#operations/hold-order');
      await holdOrder(services, { cell, instance, execution, host, reason });
    }
    if (decision.kind === 'give-up') throw new ComputeServiceUnavailable({ host });
    return {
      state: { ...state, restart },
      verdict: decision.kind,
      outcome: decision.kind === 'settled' ? decision.outcome : 'unsettled',
    };
  };
