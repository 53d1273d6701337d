import { wire } from '#workflow-wiring';
import { confirmAcrossCellsFunction } from './steps.ts';

/** Lambda behind the confirm-across-cells workflow; nothing stands between it and Step Functions. */
export const handler = wire('confirm-across-cells', confirmAcrossCellsFunction);
