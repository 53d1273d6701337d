import { wire } from '#workflow-wiring';
import { revertAcrossCellsFunction } from './steps.ts';

/** Lambda behind the revert-across-cells workflow; nothing stands between it and Step Functions. */
export const handler = wire('revert-across-cells', revertAcrossCellsFunction);
