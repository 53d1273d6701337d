import { wire } from '#workflow-wiring';
import { cacheImagesFunction } from './steps.ts';

/** Lambda behind the unshelve workflow; nothing stands between it and Step Functions. */
export const handler = cacheImagesFunction(wire('cache-images'));
