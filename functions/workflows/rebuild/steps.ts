import type { Services } from '#ports/services';
import { stepFunction, type Steps } from '../step.ts';
import { awaitHost } from '../await-host.ts';
import { withBackoff } from '../look-backoff.ts';
import { checkHost } from './check-host.ts';
import { chooseHost, undoChooseHost } from './choose-host.ts';
import { conclude } from './conclude.ts';
import { failRebuild } from './fail-rebuild.ts';
import { rebuildOnHost } from './rebuild-on-host.ts';
import { refuse } from './refuse.ts';
import type { PlacedState } from './state.ts';
import { targetServer } from './target-server.ts';
import { undoTargetServer } from './undo-target-server.ts';

/** The steps of rebuild.asl.ts by the name that its Tasks give. */
export const rebuildSteps: Steps<PlacedState> = {
  'await-rebuild': awaitHost('rebuild', () => 1),
  'check-host': withBackoff(checkHost),
  'choose-host': chooseHost,
  conclude,
  'fail-rebuild': failRebuild,
  'rebuild-on-host': rebuildOnHost,
  refuse,
  'target-server': targetServer,
  'undo-choose-host': undoChooseHost,
  'undo-target-server': undoTargetServer,
};

/** The function of the rebuild workflow over its ports. */
export const rebuildFunction = (services: Services) => stepFunction(services, rebuildSteps);
