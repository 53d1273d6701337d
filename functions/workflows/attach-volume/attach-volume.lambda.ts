import { wire } from '#workflow-wiring';
import { attachVolumeFunction } from './steps.ts';

/** Lambda behind the attach-volume workflow; nothing stands between it and Step Functions. */
export const handler = wire('attach-volume', attachVolumeFunction);
