import type { Services } from '#ports/services';
import { recordUnmapped } from '../record-unmapped.ts';
import type { Ending, StepEvent } from '../step.ts';
import type { UnshelveState } from './state.ts';

/**
 * Ends a request whose server is mapped to no cell (quirk Q1): its task ends and a fault tells why, where the server can
 * be found by its host. Needs no undo: nothing was begun.
 */
export async function refuse(
  services: Services,
  { state, execution, error }: StepEvent<UnshelveState>,
): Promise<Ending> {
  await recordUnmapped(services, { ...state, execution, error, tasks: ['unshelving'] });
  return { outcome: 'refused', error: error?.Error ?? 'Error' };
}
