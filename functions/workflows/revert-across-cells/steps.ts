import type { Services } from '#ports/services';
import { beginAnswer, refuseAnswer } from '../begin-answer.ts';
import type { BothCellsState } from '../both-cells.ts';
import { failAnswer } from '../fail-answer.ts';
import { keepingFailures, stepFunction, type Steps } from '../step.ts';
import { finish, notifyReverted } from './finish.ts';
import { deleteTarget, keepRevert, keepStart, orderRevert, orderStart } from './order-hosts.ts';
import { findSource, prepareSource } from './prepare-source.ts';
import { REVERT } from './state.ts';
import { switchBack } from './switch-back.ts';

/** The steps of revert-across-cells.asl.ts by the name that its Tasks give. */
export const revertAcrossCellsSteps: Steps<BothCellsState> = keepingFailures<BothCellsState>({
  begin: beginAnswer(REVERT),
  'delete-target': deleteTarget,
  fail: failAnswer(REVERT),
  'find-source': findSource,
  finish,
  'keep-revert': keepRevert,
  'keep-start': keepStart,
  'notify-reverted': notifyReverted,
  'order-revert': orderRevert,
  'order-start': orderStart,
  'prepare-source': prepareSource,
  refuse: refuseAnswer(REVERT),
  'switch-back': switchBack,
});

/** The function of the revert-across-cells workflow over its ports. */
export const revertAcrossCellsFunction = (services: Services) => stepFunction(services, revertAcrossCellsSteps);
