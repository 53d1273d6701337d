import { wire } from '#workflow-wiring';
import { crossCellResizeFunction } from './steps.ts';

/** Lambda behind the cross-cell-resize workflow; nothing stands between it and Step Functions. */
export const handler = wire('cross-cell-resize', crossCellResizeFunction);
