import { wire } from '#workflow-wiring';
import { launchFunction } from './steps.ts';

/** Lambda behind the launch workflow; nothing stands between it and Step Functions. */
export const handler = wire('launch', launchFunction);
