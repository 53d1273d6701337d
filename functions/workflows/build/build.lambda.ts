import { wire } from '#workflow-wiring';
import { buildFunction } from './steps.ts';

/** Lambda behind the build workflow; nothing stands between it and Step Functions. */
export const handler = wire('build', buildFunction);
