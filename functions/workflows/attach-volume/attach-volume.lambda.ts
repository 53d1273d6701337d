import { wire } from '#workflow-wiring';
import { attachVolumeFunction } from './steps.ts';

/** Lambda behind the unshelve workflow; nothing stands between it and Step Functions. */
export const handler = attachVolumeFunction(wire('attach-volume'));
