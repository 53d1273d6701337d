import type { Services } from '#ports/services';
import { readOperation } from '#operations/operation-document';
import { callCompute } from '../call-compute.ts';
import type { StepEvent } from '../step.ts';
import { callId, type HostState } from './state.ts';

/**
 * Has a host fetch the images: cache_images, a call whose answer completes the token. Has no undo: what was fetched
 * stays.
 *
 * @throws UnsupportedVersion for computes older than RPC 5.4
 */
export async function askHost(services: Services, { state, execution, token }: StepEvent<HostState>): Promise<void> {
  const { host, cell, cell_uuid } = state;
  const { context, arguments: args } = await readOperation(services, state.request);
  await callCompute(services, {
    cell: { name: cell ?? '', uuid: cell_uuid ?? '' },
    host,
    method: 'cache_images',
    args: { image_ids: args['image_ids'] ?? [] },
    context,
    messageId: callId(execution, host),
    token,
    asking: state,
  });
}
