import { wire } from '#workflow-wiring';
import { coldMigrateFunction } from './steps.ts';

/** Lambda behind the cold-migrate workflow; nothing stands between it and Step Functions. */
export const handler = wire('cold-migrate', coldMigrateFunction);
