import type { Services } from '#ports/services';
import { stepFunction, type Steps } from '../step.ts';
import { awaitBuild } from './await-build.ts';
import { buildOnHost } from './build-on-host.ts';
import { buryInstance } from './bury-in-cell0.ts';
import { rarerLooks } from '../rarer-looks.ts';
import { claimAlternate } from './claim-alternate.ts';
import { commitToCell } from './commit-to-cell.ts';
import { failBuild } from './fail-build.ts';
import { mapInstance } from './map-instance.ts';
import { releaseClaim } from './release-claim.ts';
import type { PlacedState } from './state.ts';

/** The steps of launch.asl.ts by the name that its Tasks give. */
export const launchSteps: Steps<PlacedState> = {
  'await-build': awaitBuild,
  'build-on-host': buildOnHost,
  'bury-in-cell0': buryInstance,
  'check-host': rarerLooks(async (...args) => (await import('./check-host.ts')).checkHost(...args)),
  'claim-alternate': claimAlternate,
  'commit-to-cell': commitToCell,
  'fail-build': failBuild,
  'map-instance': mapInstance,
  'release-claim': releaseClaim,
};

/** The function of the launch workflow over its ports. */
export const launchFunction = (services: Services) => stepFunction(services, launchSteps);
