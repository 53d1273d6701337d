import { wire } from '#workflow-wiring';
import { cacheImagesFunction } from './steps.ts';

/** Lambda behind the cache-images workflow; nothing stands between it and Step Functions. */
export const handler = wire('cache-images', cacheImagesFunction);
