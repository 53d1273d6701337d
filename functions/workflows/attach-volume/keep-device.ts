import type { Services } from '#ports/services';
import { saveDevice } from '#records/methods/block-device';
import { readOperation } from '#operations/operation-document';
import { fieldsOf, textOf, textOrNull } from '#wire/reading';
import { mustAnswer } from '../ask-compute.ts';
import type { Ended, StepEvent } from '../step.ts';
import { callId, type FoundState } from './state.ts';

/**
 * Reads what the host answered, and notes with the device whether the volume goes with the server. A host that had no
 * time to answer is asked again, and one whose answer may lie unread is waited for.
 *
 * @throws MessagingTimeout when it did not answer in time
 * @throws what the host answered, for instance TooManyDiskDevices
 */
export async function keepDevice(
  services: Services,
  { state, execution }: StepEvent<FoundState>,
): Promise<Ended<FoundState>> {
  const { cell, cell_uuid, server: instance, host } = state;
  const messageId = callId(execution);
  const answer = await mustAnswer(services, state, { messageId, cell, host });
  if (answer.outcome === 'ask') return answer;
  const { uuid, device_name } = fieldsOf(answer.result);
  const device = textOf(uuid) ?? '';
  const { context, arguments: args } = await readOperation(services, state.request);
  const records = { ...services, context, cell: { name: cell, uuid: cell_uuid } };
  const delete_on_termination = args['delete_on_termination'] === true;
  await saveDevice(records, instance, device, { delete_on_termination });
  return { state: { ...answer.state, device, device_name: textOrNull(device_name) }, outcome: 'kept' };
}
