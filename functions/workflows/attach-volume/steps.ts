import type { Services } from '#ports/services';
import { keepingFailures, stepFunction, type StepEvent, type Steps } from '../step.ts';
import { begin } from './begin.ts';
import { createAttachment, undoCreateAttachment } from './create-attachment.ts';
import { keepDevice } from './keep-device.ts';
import { orderAttachment } from './order-attachment.ts';
import { fail, reply } from './reply.ts';
import { reserveDevice, undoReserveDevice } from './reserve-device.ts';
import type { FoundState } from './state.ts';

/** Takes back what an undo that failed has left, in the order of the undos; each of them may be repeated. */
async function undoTheRest(services: Services, event: StepEvent<FoundState>): Promise<void> {
  await undoCreateAttachment(services, event);
  await undoReserveDevice(services, event);
}

/** The steps of attach-volume.asl.ts by the name that its Tasks give. */
export const attachVolumeSteps: Steps<FoundState> = keepingFailures<FoundState>({
  begin,
  'create-attachment': createAttachment,
  fail,
  'keep-device': keepDevice,
  'order-attachment': orderAttachment,
  reply,
  'reserve-device': reserveDevice,
  'undo-create-attachment': undoCreateAttachment,
  'undo-reserve-device': undoReserveDevice,
  'undo-the-rest': undoTheRest,
});

/** The function of the attach-volume workflow over its ports. */
export const attachVolumeFunction = (services: Services) => stepFunction(services, attachVolumeSteps);
