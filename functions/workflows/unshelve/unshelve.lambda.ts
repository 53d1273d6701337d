import { wire } from '#workflow-wiring';
import { unshelveFunction } from './steps.ts';

/** Lambda behind the unshelve workflow; nothing stands between it and Step Functions. */
export const handler = wire('unshelve', unshelveFunction);
