import { checkHostOf } from '../check-host.ts';
import type { TargetedState } from './state.ts';

/** Looks at the host that rebuilds the server and was silent for a while. */
export const checkHost = checkHostOf<TargetedState>('rebuild', ({ path }) => path !== 'same');
