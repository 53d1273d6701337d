import type { Services } from '#ports/services';
import { ComputeHostNotFound, ComputeServiceUnavailable } from '#errors';
import { mustBeUp } from '#servers/host-up';
import type { Ended, StepEvent } from '../step.ts';
import type { HostState } from './state.ts';

/** Looks whether a host can be asked at all. Has no undo: it writes nothing. */
export async function lookAtHost(services: Services, { state }: StepEvent<HostState>): Promise<Ended<HostState>> {
  const look = await found(services, state);
  if (look === 'skipped') services.log.info('a host that is down fetches no images', { host: state.host });
  return { state: { ...state, look }, outcome: look };
}

async function found(services: Services, { host, cell }: HostState): Promise<NonNullable<HostState['look']>> {
  if (cell === null) return 'unmapped';
  try {
    await mustBeUp(services, cell, host);
    return 'up';
  } catch (error) {
    if (error instanceof ComputeServiceUnavailable || error instanceof ComputeHostNotFound) return 'skipped';
    throw error;
  }
}
