import type { Services } from '#ports/services';
import { beginAnswer, refuseAnswer } from '../begin-answer.ts';
import type { BothCellsState } from '../both-cells.ts';
import { failAnswer } from '../fail-answer.ts';
import { keepingFailures, stepFunction, type Steps } from '../step.ts';
import { deleteSource } from './delete-source.ts';
import { findSource } from './find-source.ts';
import { finish, finishTarget, notifyConfirmed } from './finish-target.ts';
import { keepConfirmation, orderConfirm } from './order-confirm.ts';
import { CONFIRM } from './state.ts';

/** The steps of confirm-across-cells.asl.ts by the name that its Tasks give. */
export const confirmAcrossCellsSteps: Steps<BothCellsState> = keepingFailures<BothCellsState>({
  begin: beginAnswer(CONFIRM),
  'delete-source': deleteSource,
  fail: failAnswer(CONFIRM),
  'find-source': findSource,
  finish,
  'finish-target': finishTarget,
  'keep-confirmation': keepConfirmation,
  'notify-confirmed': notifyConfirmed,
  'order-confirm': orderConfirm,
  refuse: refuseAnswer(CONFIRM),
});

/** The function of the confirm-across-cells workflow over its ports. */
export const confirmAcrossCellsFunction = (services: Services) => stepFunction(services, confirmAcrossCellsSteps);
