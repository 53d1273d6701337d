import { wire } from '#workflow-wiring';
import { rebuildFunction } from './steps.ts';

/** Lambda behind the rebuild workflow; nothing stands between it and Step Functions. */
export const handler = wire('rebuild', rebuildFunction);
