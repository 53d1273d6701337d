import { wireReconciler } from '#workflow-wiring';
import { reconciler } from './round.ts';

/** Lambda behind the schedule: one round over all cells. */
export const handler = wireReconciler(reconciler);
