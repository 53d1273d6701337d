import type { Services } from '#ports/services';
import { buryInCell0, cell0 } from '#servers/bury-in-cell0';
import { failureOf, type StepEvent } from '../step.ts';
import { launchRequest } from './requested.ts';
import type { LaunchState } from './state.ts';

/**
 * Buries one server whose host is mapped to no cell, with its own spec (nova.conductor.manager
 * `schedule_and_build_instances`), and releases its claim, which Nova leaves behind.
 *
 * @throws CellMappingNotFound when there is no cell0
 */
export async function buryInstance(
  services: Services,
  { state, error, execution }: StepEvent<LaunchState>,
): Promise<void> {
  const cell = await cell0(services);
  await buryInCell0(services, cell, {
    ...(await launchRequest(services, state)),
    request: state.request,
    failure: failureOf(error),
    execution,
  });
  await services.placement.withdraw([state.server], state.request);
}
