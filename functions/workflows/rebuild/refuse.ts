import { recordUnmapped } from '../record-unmapped.ts';
import type { Step } from '../step.ts';
import type { RebuildState } from './state.ts';

/**
 * Ends a request whose server is mapped to no cell (quirk Q1): its task ends and a fault tells why, where the server can
 * be found by its host. Needs no undo: nothing was begun.
 */
export const refuse: Step<RebuildState> = async (services, { state, execution, error }) => {
  await recordUnmapped(services, { ...state, execution, error, tasks: ['rebuilding'] });
  return { outcome: 'refused', error: error?.Error ?? 'Error' };
};
