import { wire } from '#wiring';
import { reconcileServers, type Reconciled } from './reconcile.ts';

const services = wire('reconciler');

/** Lambda behind the schedule: one round over all cells. */
export const handler = (): Promise<Reconciled> => reconcileServers(services);
