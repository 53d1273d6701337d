import { wire } from '#workflow-wiring';
import { liveMigrateFunction } from './steps.ts';

/** Lambda behind the live-migrate workflow; nothing stands between it and Step Functions. */
export const handler = wire('live-migrate', liveMigrateFunction);
